// All areas in one table that can be sorted and narrowed.

const SORTS = {
  name: (row, model) => model.name(row.area), rate: (row) => row.value, events: (row) => row.numerator,
  births: (row) => row.denominator, width: (row) => (row.lower === null ? null : row.upper - row.lower),
  rank: (row) => row.rank, status: (row) => STATUS_NAMES[row.status], compared: (row) => ORDER_COMPARED.indexOf(row.compared),
};
const COMPARED = {
  better_998: "Lower (99.8 % limits)", better_95: "Lower (95 % limits)", similar: "No clear difference",
  worse_95: "Higher (95 % limits)", worse_998: "Higher (99.8 % limits)", not_compared: "Not compared",
};
const ORDER_COMPARED = Object.keys(COMPARED);

/** Returns the table with its choices; `go` changes the address. */
function areasView(model, route, go) {
  const change = (changes) => go({ ...route, view: "areas", ...changes });
  const state = areasState(model, route);
  const rows = sorted(model, state.rows, state);
  const measure = model.measure(state.measure);
  const select = (label, options, key, more = {}) => choice(label, options, state[key], (value) => change({ [key]: value, ...more }), { id: `filter-${key}` });
  const unit = rows.length > 0 ? `${capital(measure.counted)} per ${count(rows[0].per)} ${measure.among}.` : "";
  const title = `${measure.title}, ${state.periodName}, ${state.type ? AREA_TYPES[state.type] ?? spoken(state.type) : "all areas"}`;
  return [
    el("h2", { tabindex: "-1" }, "All areas"),
    el("div", { class: "choices" },
      select("Kind of area", [["", "All kinds"], ...state.types.map((type) => [type, AREA_TYPES[type] ?? spoken(type)])], "type", { period: "" }),
      select("Nation", [["", "All nations"], ...state.nations.map((code) => [code, model.name(code)])], "nation", { period: "" }),
      select("Measure", state.measures.map((name) => [name, model.measure(name).title]), "measure", { group: "", period: "" }),
      state.groups.length > 1 ? select("Group", state.groups.map((each) => [each, groupLabel(each)]), "group", { period: "" }) : null,
      select("Years", state.windows.map((name) => [name, windowName(name)]), "window", { period: "" }),
      select("Period", state.periods, "period")),
    el("p", { id: "count", role: "status" }, `${rows.length === 1 ? "1 area" : `${rows.length} areas`}, ${rows.filter((row) => row.shown).length} with a number. ${unit}`),
    familyNotice(model, rows),
    rows.length > 0 ? sortableTable(model, rows, state, measure, title, change) : el("p", {}, "No area has such figures. Choose another kind of area, measure or period."),
    rows.length > 0 ? takeAway(model, { title, notes: [], rows: () => rows, spec: null }) : null,
  ].filter(Boolean);
}

/** Returns the choices of the table, with what the address leaves open filled in. */
function areasState(model, route) {
  const { rates } = model.data;
  const [stratumType, stratum] = splitGroup(route.group || "all:all");
  const measures = model.data.measures.map((each) => each.measure).filter((name) => rates.measure.values.includes(name));
  const measure = measures.includes(route.measure) ? route.measure : measures[0];
  const fits = (row) => {
    const area = model.area(row.area);
    return (!route.type || area?.type === route.type) && (!route.nation || (area && model.nation(area)?.code === route.nation));
  };
  const ofMeasure = model.across({ measure });
  const inPlace = ofMeasure.filter(fits);
  const all = inPlace.filter((row) => row.type === stratumType && row.group === stratum);
  const present = (key, source) => new Set(source.map((row) => row[key]));
  const windows = WINDOW_ORDER.filter((name) => present("window", all).has(name));
  const window = windows.includes(route.window) ? route.window : windows.find((name) => all.some((row) => row.window === name && row.shown)) ?? windows[0];
  const periods = periodsOf(all.filter((row) => row.window === window));
  const chosenPeriod = periods.find((each) => each.key === route.period) ?? bestPeriod(periods);
  const types = [...new Set([...model.areas.values()].filter((each) => each.rated).map((each) => each.type))];
  const nations = [...new Set([...model.areas.values()].filter((each) => each.rated).map((each) => model.nation(each)?.code).filter(Boolean))];
  return {
    measures, measure, windows, window, types: Object.keys(AREA_TYPES).filter((type) => types.includes(type)), type: route.type,
    nations, nation: route.nation, group: route.group || "all:all",
    groups: [...new Set(inPlace.map((row) => `${row.type}:${row.group}`))],
    periods: periods.map((each) => [each.key, each.period]), period: chosenPeriod?.key ?? "", periodName: chosenPeriod?.period ?? "no period",
    rows: all.filter((row) => row.window === window && `${row.start}/${row.end}` === chosenPeriod?.key),
    sort: SORTS[route.sort] ? route.sort : "name", dir: route.dir === "down" ? "down" : "up",
  };
}

function periodsOf(rows) {
  const found = new Map();
  for (const row of rows) {
    const key = `${row.start}/${row.end}`;
    if (!found.has(key)) found.set(key, { key, period: row.period, end: row.end, shown: 0 });
    if (row.shown) found.get(key).shown += 1;
  }
  return [...found.values()].sort((a, b) => (a.end < b.end ? 1 : a.end > b.end ? -1 : 0));
}

/** Returns the newest period in which at least half as many areas as ever have a number. */
function bestPeriod(periods) {
  const most = Math.max(0, ...periods.map((each) => each.shown));
  return periods.find((each) => each.shown > 0 && each.shown * 2 >= most) ?? periods[0];
}

/** Returns rows in order; those without a value come last, whichever way is sorted. */
function sorted(model, rows, { sort, dir }) {
  const value = (row) => SORTS[sort](row, model);
  const sign = dir === "down" ? -1 : 1;
  const compare = (a, b) => (typeof a === "string" ? COLLATOR.compare(a, b) : a - b);
  return rows.map((row) => ({ row, value: value(row) })).sort((a, b) => {
    if (a.value === null || b.value === null) return (a.value === null) - (b.value === null) || COLLATOR.compare(model.name(a.row.area), model.name(b.row.area));
    return sign * compare(a.value, b.value) || COLLATOR.compare(model.name(a.row.area), model.name(b.row.area));
  }).map(({ row }) => row);
}

const COLLATOR = new Intl.Collator("en");

function sortableTable(model, rows, state, measure, title, change) {
  const ranked = rows.some((row) => row.rank !== null);
  const compared = rows.some((row) => row.compared !== "not_compared");
  const columns = [
    ["name", "Area", false, (row) => areaLink(model.area(row.area), { measure: state.measure, window: state.window })],
    ["rate", "Rate", true, (row) => [mark(row.status), ` ${row.shown ? row.text : STATUS_NAMES[row.status]}`]],
    ["width", "95 % interval", true, (row) => interval(row.lower, row.upper, row.decimals)],
    ["events", capital(measure.counted), true, (row) => count(row.numerator)],
    ["births", capital(measure.among), true, (row) => count(row.denominator)],
    ["status", "How reliable", false, (row) => el("span", { title: why(row, measure) }, STATUS_NAMES[row.status] ?? row.status)],
    ...(ranked ? [["rank", "Rank", true, (row) => (row.rank === null ? DASH : String(row.rank))]] : []),
    ...(compared ? [["compared", "Against the nation", false, (row) => COMPARED[row.compared] ?? "Not compared"]] : []),
  ];
  const titles = columns.map(([key, text, number]) => {
    const now = state.sort === key ? (state.dir === "down" ? "descending" : "ascending") : "none";
    const arrow = { ascending: " ▲", descending: " ▼", none: "" }[now];
    return el("th", { scope: "col", class: number ? "number" : null, "aria-sort": now },
      el("button", { type: "button", "data-sort": key, onclick: () => change({ sort: key, dir: now === "ascending" ? "down" : "up" }) },
        text, el("span", { "aria-hidden": "true" }, arrow)));
  });
  const body = rows.map((row) => el("tr", {}, columns.map(([, text, number, cell], i) => el(i === 0 ? "th" : "td",
    { scope: i === 0 ? "row" : null, class: number ? "number" : null, "data-title": text }, cell(row)))));
  return el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": title },
    el("table", { class: "sortable" }, el("caption", {}, title, ". Choose a heading to sort by it."),
      el("thead", {}, el("tr", {}, titles)), el("tbody", {}, body)));
}
