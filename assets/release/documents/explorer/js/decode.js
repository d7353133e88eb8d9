// The data block: base 64, gzip, JSON. What is damaged is said, never shown in part.

const FORMAT = 1;

class DataError extends Error {}

/** Returns the text that a block of base 64 and gzip holds. */
async function unpack(block) {
  if (typeof DecompressionStream === "undefined") {
    throw new DataError("This browser cannot unpack the data of this page. Any browser of 2023 or later can.");
  }
  let packed;
  try {
    const raw = atob(block.trim());
    packed = new Uint8Array(raw.length);
    for (let i = 0; i < raw.length; i += 1) packed[i] = raw.charCodeAt(i);
  } catch {
    throw new DataError("The data of this page are damaged: they are not base 64 any more.");
  }
  try {
    const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
    return await new Response(stream).text();
  } catch {
    throw new DataError("The data of this page are damaged: their checksum is not that of what was written.");
  }
}

/** Returns the data of the page, whole. */
async function decode(block) {
  let data;
  try {
    data = JSON.parse(await unpack(block));
  } catch (error) {
    if (error instanceof DataError) throw error;
    throw new DataError("The data of this page are damaged: they are no JSON any more.");
  }
  if (data === null || data.format !== FORMAT) {
    throw new DataError(`The data of this page have another format than its script expects (${FORMAT}).`);
  }
  for (const [name, column] of Object.entries(data.rates)) {
    if (name === "rows") continue;
    const values = Array.isArray(column) ? column : column.codes;
    if (values.length !== data.rates.rows) {
      throw new DataError(`The data of this page are damaged: column ${name} has ${values.length} rows of ${data.rates.rows}.`);
    }
  }
  return data;
}
