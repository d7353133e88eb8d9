// The profile of one area.

/** Returns the choices that a profile shows, with what the address leaves open filled in. */
function profileState(model, route, area) {
  const measures = model.measuresOf(area.code);
  const measure = measures.includes(route.measure) ? route.measure : measures[0];
  const groups = model.groupsOf(area.code, measure).map(({ type, group }) => `${type}:${group}`);
  const group = groups.includes(route.group) ? route.group : groups.includes("all:all") ? "all:all" : groups[0];
  const [type, name] = splitGroup(group);
  const windows = model.windowsOf(area.code, measure, type, name);
  const filled = windows.filter((each) => model.newest(area.code, measure, each, type, name)?.shown);
  const window = windows.includes(route.window) ? route.window : filled[0] ?? windows[0];
  return { measure, group, type, name, window, measures, groups, windows };
}

function splitGroup(group) {
  const at = group.indexOf(":");
  return [group.slice(0, at), group.slice(at + 1)];
}

/** Returns the profile; `go` changes the address. */
function profileView(model, route, go) {
  const area = model.area(route.area);
  if (!area) return unknownArea(model, route.area, go);
  const wider = model.wider(area);
  const head = [profileHead(model, area, wider, route, go)];
  if (!area.rated) return [...head, noFigures(model, area)];
  const state = profileState(model, route, area);
  const change = (changes) => go({ ...route, area: area.code, measure: state.measure, window: state.window, group: state.group, ...changes });
  const facts = { model, area, wider, nation: model.nation(area), state, go, route, change };
  return [
    ...head, lead(facts), overview(facts), trendSection(facts), comparisonSection(facts),
    placeSection(facts), groupSection(facts), targetSection(facts), originSection(facts),
  ];
}

function unknownArea(model, code, go) {
  const near = suggest(model.index, code, 5);
  return [
    el("h2", { tabindex: "-1" }, "No such area"),
    el("p", {}, "This release has no area with the code or name “", el("bdi", {}, code), "”. The address may be misspelt, or of another release."),
    near.length > 0 ? el("p", {}, "Did you mean ", near.flatMap((area, i) => [i > 0 ? ", " : "", areaLink(area)]), "?") : null,
  ].filter(Boolean);
}

function areaLink(area, extra = {}) {
  // Areas that wait to be compared stay in the address on the way through profiles.
  const route = { view: "area", area: area.code, compare: parseRoute(location.hash).compare, ...extra };
  return el("a", { href: formatRoute(route) }, el("bdi", {}, area.name));
}

function profileHead(model, area, wider, route, go) {
  const facts = [`${capital(areaType(area))}, code ${area.code}`];
  if (area.formerCodes.length > 0) facts.push(`also published as ${listed(area.formerCodes)}`);
  if (area.formerNames.length > 0) facts.push(`also named ${listed(area.formerNames)}`);
  if (area.until) facts.push(`in force until ${area.until}`);
  const compared = route.compare.includes(area.code);
  const full = route.compare.length >= MOST_COMPARED;
  const links = (codes) => codes.flatMap((code, i) => {
    const found = model.area(code);
    return [i > 0 ? ", " : "", found ? areaLink(found) : code];
  });
  return el("div", { class: "head" },
    el("h2", { tabindex: "-1" }, el("bdi", {}, area.name)),
    el("p", { class: "note" }, facts.join("; "), "."),
    area.note ? el("p", {}, area.note) : null,
    wider.length > 0 ? el("p", { class: "note" }, "Part of ", links(wider.map((each) => each.code)), ".") : null,
    area.before.length > 1 ? el("p", { class: "note" }, "Made from ", links(area.before), ".") : null,
    area.successors.length > 0 ? el("p", { class: "note" }, "Now part of ", links(area.successors), ".") : null,
    area.members.length > 0 ? el("details", { class: "note" }, el("summary", {}, `Made of ${area.members.length} areas`), el("p", {}, links(area.members))) : null,
    el("p", { class: "actions" },
      el("button", { type: "button", disabled: compared || full || !area.rated, onclick: () => go({ ...route, view: "compare", area: "", compare: [...route.compare, area.code] }) },
        compared ? "In the comparison" : full ? "Six areas are compared already" : "Compare with other areas"),
      el("button", { type: "button", onclick: () => copy(location.href, "Link") }, "Copy link"),
      el("button", { type: "button", onclick: () => print() }, "Print")));
}

function noFigures(model, area) {
  const near = [...area.successors, ...area.members].map((code) => model.area(code)).filter((each) => each?.rated);
  return el("p", {}, "This release knows the area, but the extracts behind it have no births and deaths of it. That is not zero.",
    near.length > 0 ? " There are figures of " : "", near.flatMap((each, i) => [i > 0 ? ", " : "", areaLink(each)]), near.length > 0 ? "." : "");
}

/** Returns the answer that most people come for, with what it is worth, in two lines. */
function lead({ model, area, nation, state }) {
  const row = model.newest(area.code, state.measure, state.window, state.type, state.name);
  const measure = model.measure(state.measure);
  const group = state.type === "all" ? "" : ` (${groupName(state.type, state.name)})`;
  const name = `${measure.title}${group}, ${row.period}`;
  if (!row.shown) return el("p", { class: "lead" }, mark(row.status), ` ${name}: no number. `, el("span", {}, why(row, measure)));
  const against = nation && nation !== area && row.compared !== "not_compared" ? ` ${comparedWords(row, nation.name)}.` : "";
  const rank = row.rank === null ? "" : ` Rank ${rankWords(row)}.`;
  const warning = row.status === "unreliable" && row.numerator !== null
    ? ` Hollow, because it rests on only ${events(row, measure)}: chance alone moves it a lot.` : "";
  return el("p", { class: "lead" }, mark(row.status), ` ${name}: `, el("strong", {}, row.text),
    ` (95 % interval ${interval(row.lower, row.upper, row.decimals)}).${warning}${against}${rank}`);
}

/** Returns the newest figures of every measure: of single years and of several together. */
function overview({ model, area, nation, state, change }) {
  const several = ["rolling_3_year", "rolling_5_year", "rolling_2_year", "pooled"];
  const rows = state.measures.flatMap((name) => {
    const windows = model.windowsOf(area.code, name);
    const newest = (window) => model.newest(area.code, name, window);
    const joined = several.find((window) => windows.includes(window) && newest(window).shown);
    const single = ["annual", "rolling_12_month"].find((window) => windows.includes(window));
    return [single, joined].filter(Boolean).map((window, i) => ({ name, first: i === 0, row: newest(window) }));
  });
  const columns = [
    { title: "Measure", cell: ({ name, row }) => el("button", { type: "button", class: "link", "aria-pressed": String(name === state.measure && row.window === state.window),
      onclick: () => change({ measure: name, window: row.window, group: "all:all" }) }, model.measure(name).title) },
    { title: "Period", cell: ({ row }) => row.period },
    { title: "Rate", number: true, cell: ({ row }) => (row.shown ? row.text : STATUS_NAMES[row.status]) },
    { title: "95 % interval", number: true, cell: ({ row }) => interval(row.lower, row.upper, row.decimals) },
    { title: "How reliable", cell: ({ name, row }) => el("span", { class: "reliable", title: why(row, model.measure(name)) }, mark(row.status), ` ${reliability(row, model.measure(name))}`) },
    { title: `Against ${nation && nation !== area ? nation.name : "the nation"}`, cell: ({ row }) => comparedWords(row, nation && nation !== area ? nation.name : "") },
  ];
  if (rows.every(({ row }) => row.compared === "not_compared")) columns.pop();
  return el("section", {}, el("h3", {}, "Newest figures"),
    tableOf(`Newest figures of ${area.name}`, columns, rows, { hidden: true }),
    el("p", { class: "note" }, "Choose a measure to see its years below. ○ is shown but unreliable; ✕ has no number, which is not zero."));
}

/** Returns the chart of the chosen measure with its reasons and its table. */
function trendSection(facts) {
  const { model, area, nation, wider, state, change } = facts;
  const measure = model.measure(state.measure);
  const rows = model.series(area.code, state.measure, state.type, state.name, state.window);
  const shown = rows.filter((row) => row.shown);
  const whole = shown.at(-1);
  const besides = [nation, wider[0]].filter((each, i, all) => each && each !== area && each.rated && all.indexOf(each) === i)
    .map((each) => ({ name: each.name, key: each.code, rows: model.series(each.code, state.measure, state.type, state.name, state.window)
      .filter((row) => rows.some((own) => own.family === row.family && own.end === row.end && own.shown)) }))
    // What has no figure of these years is not drawn, and is not in the legend either.
    .filter((each) => each.rows.some((row) => row.shown));
  const lines = state.type === "all" ? targetLines(facts) : [];
  const spec = (colours) => trendSpec({ series: [{ name: area.name, key: area.code, rows }], beside: besides, lines, window: state.window, colours });
  const groupWords = state.type === "all" ? "" : `, ${groupName(state.type, state.name)}`;
  const unit = `${capital(measure.counted)} per ${count(rows[0]?.per ?? measure.per)} ${measure.among}`;
  const title = `${area.name}: ${measure.title.toLowerCase()}${groupWords}, ${windowName(state.window).toLowerCase()}`;
  const finding = whole
    ? `${area.name}${groupWords}, ${whole.period}: ${whole.text}, 95 % interval ${interval(whole.lower, whole.upper, whole.decimals)}.`
    : `${area.name}: no period of this series carries a number.`;
  const earliest = shown[0];
  const change_words = earliest && earliest !== whole && earliest.family === whole.family
    ? ` In ${earliest.period} it was ${earliest.text}.` : "";
  const trends = state.type === "all" ? model.about("trends", area).filter((each) => each.measure === state.measure
    && each.source_family === whole?.family && state.window === "annual").map(trendWords) : [];
  const chart = shown.length > 0 && state.window !== "pooled"
    ? el("div", { class: "chart", role: "img", "aria-label": `Line chart. ${finding}${change_words}` }) : null;
  if (chart) chart.spec = spec;
  return el("section", { id: "trend" },
    el("h3", {}, `${measure.title} through the years`),
    el("div", { class: "choices" },
      choice("Measure", state.measures.map((name) => [name, model.measure(name).title]), state.measure, (value) => change({ measure: value, group: "", window: "" }), { id: "choose-measure" }),
      choice("Years", state.windows.map((name) => [name, windowName(name)]), state.window, (value) => change({ window: value }), { id: "choose-window" }),
      state.groups.length > 1 ? choice("Group", state.groups.map((each) => [each, groupLabel(each)]), state.group, (value) => change({ group: value, window: "" }), { id: "choose-group" }) : null),
    el("p", {}, el("strong", {}, finding), change_words, " ", trends.join(" ")),
    chart ? el("figure", {}, el("figcaption", {}, `${unit}. Vertical bars: 95 % interval.`), chart, chartLegend(facts, rows, besides)) : null,
    reasons(rows, measure),
    familyNotice(model, rows),
    yearsTable(facts, rows, title),
    takeAway(model, { title: capital(title), notes: [unit], rows: () => rows, spec: chart ? () => spec(PAPER) : null }));
}

function groupLabel(group) {
  const [type, name] = splitGroup(group);
  return type === "all" ? "All births" : `${kindOfGroup(type)}: ${groupName(type, name)}`;
}

function targetLines({ model, area, state }) {
  const seen = new Set();
  return model.about("targets", area).filter((each) => each.measure === state.measure
    && each.target_kind === "target" && !seen.has(each.target_id) && seen.add(each.target_id))
    .map((each) => ({ name: `${targetName(each.target_id)}: ${each.target_value}`, value: each.target_value }));
}

function chartLegend({ model }, rows, besides) {
  const entry = (picture, text) => el("li", {}, picture, ` ${text}`);
  const families = [...new Set(rows.map((row) => row.family))];
  const statuses = new Set(rows.map((row) => row.status));
  const absent = [...statuses].filter((status) => !SHOWN.has(status));
  return el("ul", { class: "legend" },
    families.length > 1 ? families.map((family, i) => entry(mark("ok", SHAPES[i % SHAPES.length]), model.family(family).title)) : null,
    families.length === 1 && statuses.has("ok") ? entry(mark("ok"), "reliable") : null,
    statuses.has("unreliable") ? entry(mark("unreliable"), "hollow: shown, but unreliable") : null,
    absent.length > 0 ? entry(mark("missing"), `no number, not zero: ${absent.map((status) => STATUS_NAMES[status].toLowerCase()).join(", ")}`) : null,
    besides.map((each, i) => entry(el("span", { class: i === 0 ? "dashed" : "dotted" }), each.name)));
}

/** Returns why marks are hollow or absent, once for each kind, with the newest as the example. */
function reasons(rows, measure) {
  const kinds = [...new Set(rows.map((row) => row.status))].filter((status) => status !== "ok");
  if (kinds.length === 0) return null;
  const items = kinds.map((status) => rows.findLast((row) => row.status === status))
    .map((row) => el("li", {}, mark(row.status), el("span", {}, el("strong", {}, `${row.period}: `), why(row, measure))));
  return el("div", { class: "reasons" }, el("h4", {}, kinds.includes("unreliable") ? "Why are some marks hollow or absent?" : "Why are some marks absent?"), el("ul", {}, items));
}

/** Returns what differs between the series that are shown, where there are several. */
function familyNotice(model, rows) {
  const found = new Map();
  for (const row of rows) {
    if (!row.shown) continue;
    if (!found.has(row.family)) found.set(row.family, []);
    found.get(row.family).push(row);
  }
  if (found.size < 2) return null;
  return el("div", { class: "notice" },
    el("p", {}, el("strong", {}, "These figures are not all counted alike. "), "No line joins one series to another, and a difference between them is no change:"),
    el("ul", {}, [...found].map(([family, members]) => el("li", {},
      el("strong", {}, `${model.family(family).title}${whichRows(model, members)}: `), model.definition(members.at(-1).definition)))));
}

/** Returns which rows are meant, where they are few enough to be told. */
function whichRows(model, rows) {
  const areas = [...new Set(rows.map((row) => row.area))];
  if (areas.length > MOST_COMPARED) return ` (${areas.length} areas)`;
  const several = new Set(rows.map((row) => row.period)).size > 1;
  const periods = (code) => rows.filter((row) => row.area === code).map((row) => row.period);
  const told = areas.map((code) => {
    const own = periods(code);
    return `${model.name(code)} ${several && own.length > 6 ? `${own[0]} to ${own.at(-1)}` : listed(own)}`;
  });
  return ` (${told.join("; ")})`;
}

function yearsTable({ model, area }, rows, title) {
  const measure = rows.length > 0 ? model.measure(rows[0].measure) : null;
  const columns = [
    { title: "Period", cell: (row) => row.period },
    { title: "Rate", number: true, cell: (row) => (row.shown ? row.text : STATUS_NAMES[row.status]) },
    { title: "95 % interval", number: true, cell: (row) => interval(row.lower, row.upper, row.decimals) },
    { title: capital(measure?.counted ?? "events"), number: true, cell: (row) => count(row.numerator) },
    { title: capital(measure?.among ?? "births"), number: true, cell: (row) => count(row.denominator) },
    { title: "How reliable, or why there is no number", cell: (row) => el("span", { class: "reliable" }, mark(row.status), ` ${row.status === "ok" ? reliability(row, measure) : `${STATUS_NAMES[row.status]}: ${row.reason ?? ""}`}`) },
    { title: "Series", cell: (row) => model.family(row.family).title },
  ];
  return el("details", { class: "data" }, el("summary", {}, `All ${rows.length} periods as a table`),
    tableOf(title, columns, rows.toReversed(), { hidden: true }));
}
