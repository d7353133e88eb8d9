// Up to six areas in one chart and one table.

/** Returns the comparison; `go` changes the address. */
function compareView(model, route, go) {
  const areas = route.compare.map((code) => model.area(code)).filter((area) => area?.rated);
  const unknown = route.compare.filter((code) => !model.area(code)?.rated);
  const kept = areas.map((area) => area.code);
  const change = (changes) => go({ ...route, view: "compare", area: "", compare: kept, ...changes });
  const head = [
    el("h2", { tabindex: "-1" }, "Compare areas"),
    unknown.length > 0 ? el("p", { class: "notice" }, `No figures of ${listed(unknown)} in this release.`) : null,
    compareChips(areas, change, kept),
    kept.length < MOST_COMPARED ? combobox({
      id: "add", label: "Add an area to the comparison", placeholder: "Name or code",
      find: (text) => search(model.index, text).filter((area) => area.rated && !kept.includes(area.code)),
      near: (text) => suggest(model.index, text),
      choose: (area) => change({ compare: [...kept, area.code] }),
    }) : el("p", { class: "note" }, `${MOST_COMPARED} areas are the most that one chart can show apart.`),
  ];
  if (areas.length === 0) return [...head, el("p", {}, "Add up to six areas: states, authorities, regions, nations.")].filter(Boolean);
  return [...head, ...compareBody(model, route, areas, change)].filter(Boolean);
}

function compareChips(areas, change, kept) {
  return el("ul", { class: "chips" }, areas.map((area, i) => el("li", { class: `series-${i}` },
    mark("ok", SHAPES[i]), areaLink(area),
    el("button", { type: "button", "aria-label": `Remove ${area.name}`, onclick: () => change({ compare: kept.filter((code) => code !== area.code) }) }, "Remove"))));
}

function compareBody(model, route, areas, change) {
  const codes = areas.map((area) => area.code);
  const measures = model.data.measures.map((each) => each.measure).filter((name) => codes.some((code) => model.measuresOf(code).includes(name)));
  const measure = measures.includes(route.measure) ? route.measure : measures[0];
  const windows = WINDOW_ORDER.filter((name) => codes.some((code) => model.windowsOf(code, measure).includes(name)));
  const filled = windows.filter((name) => codes.some((code) => model.newest(code, measure, name)?.shown));
  const window = windows.includes(route.window) ? route.window : filled[0] ?? windows[0];
  const words = model.measure(measure);
  const series = areas.map((area) => ({ name: area.name, key: area.code, rows: model.series(area.code, measure, "all", "all", window) }));
  const rows = series.flatMap((each) => each.rows);
  const spec = (colours) => trendSpec({ series, window, colours });
  const title = `${words.title}, ${windowName(window).toLowerCase()}: ${listed(areas.map((area) => area.name))}`;
  const chart = rows.some((row) => row.shown) && window !== "pooled"
    ? el("div", { class: "chart", role: "img", "aria-label": `Line chart. ${title}. The figures are in the table below.` }) : null;
  if (chart) chart.spec = spec;
  const newest = series.map((each) => ({ area: model.area(each.key), row: model.newest(each.key, measure, window) }));
  const unit = `${capital(words.counted)} per ${count(rows[0]?.per ?? words.per)} ${words.among}`;
  return [
    el("div", { class: "choices" },
      choice("Measure", measures.map((name) => [name, model.measure(name).title]), measure, (value) => change({ measure: value, window: "" }), { id: "choose-measure" }),
      choice("Years", windows.map((name) => [name, windowName(name)]), window, (value) => change({ window: value }), { id: "choose-window" })),
    familyNotice(model, rows) ?? periodNotice(newest),
    chart ? el("figure", {}, el("figcaption", {}, `${unit}. Thin bars: 95 % interval; hollow: unreliable; ✕: no number, which is not zero.`), chart) : el("p", {}, "No number of these areas for this choice."),
    el("h3", {}, "Newest figures"),
    newestTable(model, newest, words),
    el("details", { class: "data" }, el("summary", {}, "All periods as a table"), periodsTable(series, title)),
    takeAway(model, { title, notes: [unit], rows: () => rows, spec: chart ? () => spec(PAPER) : null }),
  ];
}

function periodNotice(newest) {
  const periods = new Set(newest.filter(({ row }) => row?.shown).map(({ row }) => row.period));
  return periods.size > 1 ? el("p", { class: "notice" }, "The newest figures are of different periods; the table says which.") : null;
}

function newestTable(model, newest, words) {
  return tableOf("Newest figures of the compared areas", [
    { title: "Area", cell: ({ area }) => areaLink(area) },
    { title: "Period", cell: ({ row }) => row?.period ?? DASH },
    { title: "Rate", number: true, cell: ({ row }) => (row === null ? "No figure" : row.shown ? row.text : STATUS_NAMES[row.status]) },
    { title: "95 % interval", number: true, cell: ({ row }) => (row ? interval(row.lower, row.upper, row.decimals) : DASH) },
    { title: "How reliable", cell: ({ row }) => el("span", { class: "reliable" }, mark(row?.status ?? "missing"), ` ${reliability(row, words)}`) },
    { title: "Series", cell: ({ row }) => (row ? model.family(row.family).title : DASH) },
  ], newest, { hidden: true });
}

function periodsTable(series, title) {
  const ends = [...new Set(series.flatMap((each) => each.rows.map((row) => `${row.end} ${row.period}`)))].sort().reverse();
  return tableOf(title, [
    { title: "Period", cell: (end) => end.slice(11) },
    ...series.map((each) => ({
      title: each.name, number: true,
      cell: (end) => {
        const row = each.rows.find((other) => `${other.end} ${other.period}` === end);
        if (!row) return DASH;
        return row.shown ? el("span", {}, mark(row.status), ` ${row.text}`) : STATUS_NAMES[row.status];
      },
    })),
  ], ends, { hidden: true });
}
