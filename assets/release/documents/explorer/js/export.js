// What people take away: CSV with units and sources, and pictures that name theirs.

const CSV_COLUMNS = [
  "area_code", "area_name", "measure", "stratum_type", "stratum", "window_type", "period",
  "period_start", "period_end", "rate", "unit", "ci_lower_95", "ci_upper_95", "numerator",
  "denominator", "value_status", "status_reason", "is_provisional", "source_family", "release",
];
const FORMULA = /^[=+\-@\t\r\n]/;

/** Returns one cell of CSV; a text that a spreadsheet would run has an apostrophe in front. */
function csvCell(value) {
  if (value === null || value === undefined) return "";
  let text = String(value);
  if (typeof value === "string" && FORMULA.test(text) && Number.isNaN(Number(text))) text = `'${text}`;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Returns rows of rates as CSV, each with unit, source and release. */
function csvOf(model, rows) {
  const limit = (value, row) => (value === null ? null : value.toFixed(row.decimals));
  const lines = rows.map((row) => {
    const measure = model.measure(row.measure);
    return [
      row.code, model.name(row.area), row.measure, row.type, row.group, row.window, row.period,
      row.start, row.end, row.text === null ? null : row.text.split(" ")[0],
      `${measure.counted} per ${count(row.per)} ${measure.among}`.trim(),
      limit(row.lower, row), limit(row.upper, row), row.numerator, row.denominator, row.status,
      row.reason, row.provisional, row.family, model.data.release.version,
    ].map(csvCell).join(",");
  });
  return [CSV_COLUMNS.join(","), ...lines].join("\r\n") + "\r\n";
}

/** Puts a text on the clipboard and says so. */
async function copy(text, what) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = el("textarea", { class: "unseen" });
    area.value = text;
    const focused = document.activeElement;
    document.body.append(area);
    area.select();
    const copied = document.execCommand("copy");
    area.remove();
    focused?.focus();
    if (!copied) {
      announce("This browser does not let the page copy.");
      return;
    }
  }
  announce(`${what} copied.`);
}

/** Saves a file. */
function save(name, content, type) {
  const address = URL.createObjectURL(content instanceof Blob ? content : new Blob([content], { type }));
  const link = el("a", { href: address, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
  announce(`${name} saved.`);
}

/** Returns a name for a file, of letters that every system takes. */
function fileName(words, ending) {
  return `${fold(words).replace(/[^a-z0-9]+/g, "-").slice(0, 80).replace(/^-+|-+$/g, "")}.${ending}`;
}

/** Returns the buttons that take away a chart and its rows. `spec` gives the chart for paper. */
function takeAway(model, { title, notes, rows, spec }) {
  const button = (text, click) => el("button", { type: "button", onclick: click }, text);
  const csv = () => csvOf(model, rows());
  const picture = () => pictured(spec(), { title, notes: [...notes, sourceLine(model, rows())] });
  const parts = [
    button("Copy as CSV", () => copy(csv(), "CSV")),
    button("Save CSV", () => save(fileName(title, "csv"), csv(), "text/csv;charset=utf-8")),
  ];
  if (spec) {
    parts.push(button("Save SVG", async () => {
      const view = await picture();
      save(fileName(title, "svg"), await view.toSVG(), "image/svg+xml");
      view.finalize();
    }));
    parts.push(button("Save PNG", async () => {
      const view = await picture();
      const canvas = await view.toCanvas(2);
      canvas.toBlob((blob) => save(fileName(title, "png"), blob, "image/png"));
      view.finalize();
    }));
  }
  return el("p", { class: "actions" }, parts);
}

/** Returns the line that says where figures are from. */
function sourceLine(model, rows) {
  const families = [...new Set(rows.filter((row) => row.shown).map((row) => row.family))];
  const titles = families.map((family) => `${model.family(family).title} (${family})`);
  const hollow = rows.some((row) => row.status === "unreliable") ? " Hollow: unreliable, few events." : "";
  return `Source: ${listed(titles)}; release ${model.data.release.version}.${hollow} Bars: 95 % limits.`;
}
