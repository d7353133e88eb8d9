// Search of areas by name or code, also by names and codes that they no longer have.

/** Returns a text without case, accents and punctuation; saint and st, and and & are the same. */
function fold(text) {
  return text
    .normalize("NFD").replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[’'`.]/g, "").replace(/&/g, " and ")
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .replace(/\bsaint\b/g, "st")
    .trim();
}

/** Returns what is searched: one entry per area, with all that it is found by. */
function buildIndex(areas) {
  return areas.map((area) => {
    const codes = [area.code, ...area.formerCodes].map(fold);
    const ends = area.code.includes("-") ? [fold(area.code.slice(area.code.lastIndexOf("-") + 1))] : [];
    const names = [area.name, ...area.formerNames].map(fold);
    return { area, codes, ends, names, words: names.flatMap((name) => name.split(" ")) };
  });
}

/** Returns how well an entry fits, the best 0, or -1 where it does not. */
function fit(entry, query) {
  if (entry.codes.includes(query) || entry.names[0] === query) return 0;
  if (entry.ends.includes(query) || entry.names.includes(query)) return 1;
  if (entry.names[0].startsWith(query)) return 2;
  if (entry.names.some((name) => name.startsWith(query))) return 3;
  const parts = query.split(" ");
  if (parts.every((part) => entry.words.some((word) => word.startsWith(part)))) return 4;
  if (entry.codes.some((code) => code.startsWith(query))) return 5;
  if (entry.names.some((name) => name.includes(query))) return 6;
  return -1;
}

/** Returns the areas that fit a query, best first; nations before states before the rest. */
function search(index, text, most = 50) {
  const query = fold(text);
  if (query === "") return [];
  return index
    .map((entry) => ({ entry, fit: fit(entry, query) }))
    .filter((found) => found.fit >= 0)
    .sort((a, b) => a.fit - b.fit || a.entry.area.order - b.entry.area.order
      || a.entry.names[0].length - b.entry.names[0].length
      || (a.entry.names[0] < b.entry.names[0] ? -1 : 1))
    .slice(0, most)
    .map((found) => found.entry.area);
}

/** Returns the number of letters to change to come from one word to the other, or `most` + 1. */
function distance(from, to, most) {
  if (Math.abs(from.length - to.length) > most) return most + 1;
  let row = Array.from({ length: to.length + 1 }, (_, i) => i);
  for (let i = 1; i <= from.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= to.length; j += 1) {
      const same = from[i - 1] === to[j - 1] ? 0 : 1;
      next.push(Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + same));
    }
    row = next;
  }
  return Math.min(row[to.length], most + 1);
}

/** Returns areas whose name or code is nearly that, nearest first. */
function suggest(index, text, most = 3) {
  const query = fold(text);
  if (query === "") return [];
  const limit = query.length < 5 ? 1 : Math.min(3, Math.floor(query.length / 3));
  return index
    .map(({ area, codes, names }) => ({
      area,
      far: Math.min(...[...codes, ...names].map((name) =>
        Math.min(distance(query, name, limit), distance(query, name.slice(0, query.length), limit) + 0.5))),
    }))
    .filter(({ far }) => far <= limit)
    .sort((a, b) => a.far - b.far || a.area.order - b.area.order)
    .slice(0, most)
    .map(({ area }) => area);
}
