// The parts of a profile below its chart: comparison, place, groups, targets, origin.

/** Returns the newest row of the chosen series. */
function chosen({ model, area, state }) {
  return model.newest(area.code, state.measure, state.window, state.type, state.name);
}

/** Returns the area beside its wider areas, in the same period and series. */
function comparisonSection(facts) {
  const { model, area, wider, nation, state } = facts;
  const own = chosen(facts);
  if (!own?.shown || wider.length === 0) return null;
  const rows = [{ area, row: own }, ...wider.map((each) => ({ area: each, row: model.beside(each.code, own) }))];
  // The same area as its producer prints it and as a sum of its parts is told once.
  const told = new Set();
  const same = ({ row }) => {
    const counts = row?.shown ? `${row.numerator}/${row.denominator}` : null;
    return counts !== null && (told.has(counts) || !told.add(counts));
  };
  const without = rows.filter(({ row }) => row === null).map(({ area: each }) => each.name);
  const measure = model.measure(state.measure);
  const columns = [
    { title: "Area", cell: ({ area: each }) => (each === area ? el("bdi", {}, each.name) : areaLink(each)) },
    { title: "Rate", number: true, cell: ({ row }) => (row.shown ? row.text : STATUS_NAMES[row.status]) },
    { title: "95 % interval", number: true, cell: ({ row }) => interval(row.lower, row.upper, row.decimals) },
    { title: `${area.name} against it`, cell: ({ area: each, row }) => (each === area ? DASH : against(own, row)) },
    { title: "How reliable", cell: ({ row }) => el("span", { class: "reliable" }, mark(row.status), ` ${reliability(row, measure)}`) },
  ];
  const verdict = nation && nation !== area && state.type === "all" && own.compared !== "not_compared"
    ? `${comparedWords(own, nation.name)}: the test takes the nation's rate as exact and asks where the area's limits lie.` : "";
  return el("section", {}, el("h3", {}, "Beside the nation and the region"),
    el("p", {}, `${measure.title} in ${own.period}, all from the same series (${model.family(own.family).title}). ${verdict}`),
    tableOf(`${area.name} beside its wider areas, ${own.period}`, columns, rows.filter((each) => each.row !== null && !same(each)), { hidden: true }),
    without.length > 0 ? el("p", { class: "note" }, `No figure of ${listed(without)} in this series and period.`) : null);
}

/** Returns how limits of one area lie against the rate of another. */
function against(own, other) {
  if (!other.shown || own.lower === null) return "not compared";
  if (own.lower > other.value) return "higher (95 % limits above it)";
  if (own.upper < other.value) return "lower (95 % limits below it)";
  return "no clear difference (95 % limits around it)";
}

/** Returns the rank of a state, or the place of an authority in the funnel of its kind. */
function placeSection(facts) {
  const { model, area, state } = facts;
  const own = chosen(facts);
  if (!own?.shown || state.type !== "all") return null;
  const parts = [];
  const rows = model.series(area.code, state.measure, "all", "all", state.window).filter((row) => row.rank !== null);
  if (rows.length > 0) {
    const newest = rows.at(-1);
    const first = rows[0];
    parts.push(el("p", {}, el("strong", {}, `Rank ${rankWords(newest)} in ${newest.period}. `),
      first === newest ? "" : `It was ${first.rank} of ${first.ranked} in ${first.period}. `,
      "Ranks are of rates rounded to one decimal, ties share a rank; states whose intervals overlap may rank apart by chance."));
  }
  const place = funnelWords(own);
  if (place) {
    const peers = model.across({ measure: own.measure, stratum_type: "all", window_type: own.window, period_end: own.end, source_family: own.family })
      .filter((row) => row.start === own.start && row.vintage === own.vintage && row.shown && model.area(row.area)?.type === area.type);
    const mean = (own.per * peers.reduce((sum, row) => sum + row.numerator, 0)) / peers.reduce((sum, row) => sum + row.denominator, 0);
    parts.push(el("p", {}, el("strong", {}, `${place}. `), `In ${own.period}, among ${peers.length} areas (${AREA_TYPES[area.type] ?? spoken(area.type)}); their average is ${fixed(mean, own.decimals)}.`));
    if (peers.length > 2) {
      const chart = el("div", { class: "chart", role: "img", "aria-label": `Funnel chart. ${area.name}, ${own.text}: ${place}. Average ${fixed(mean, own.decimals)}.` });
      chart.spec = (colours) => funnelSpec({ rows: peers, own, name: model.name, mean, colours, among: model.measure(own.measure).among });
      parts.push(el("figure", {}, el("figcaption", {}, `Each mark is one of the ${peers.length} areas, the large diamond ${area.name}. Lines: the average and its 95 % (dashed) and 99.8 % limits by Byar's method. Between the lines areas differ by chance alone.`), chart));
    }
  }
  return parts.length > 0 ? el("section", {}, el("h3", {}, "Place among its kind"), parts) : null;
}

/** Returns rates by group and how far apart they are; or says where there are figures by group. */
function groupSection(facts) {
  const { model, area, state, change } = facts;
  const measure = model.measure(state.measure);
  const types = [...new Set(state.groups.map((each) => splitGroup(each)[0]))].filter((type) => type !== "all")
    .sort((a, b) => a.includes("|") - b.includes("|"));
  if (types.length === 0) {
    const others = [...model.areas.values()].filter((each) => each.rated && each !== area && each.country === area.country
      && model.rows(each.code).some((row) => row.type !== "all" && row.measure === state.measure));
    return el("section", {}, el("h3", {}, "Disparity between groups"),
      el("p", {}, `This release has no figures by group for ${measure.title.toLowerCase()} of ${area.name}.`,
        others.length > 0 ? " It has them for " : "", others.slice(0, 6).flatMap((each, i) => [i > 0 ? ", " : "", areaLink(each, { measure: state.measure })]), others.length > 0 ? "." : ""));
  }
  return el("section", {}, el("h3", {}, "Disparity between groups"), types.map((type) => groupTables(facts, type, measure, change)));
}

function groupTables({ model, area, state }, type, measure, change) {
  const groups = groupsInOrder(type,
    state.groups.map(splitGroup).filter(([kind]) => kind === type).map(([, name]) => name));
  const rows = groups.map((group) => model.newest(area.code, state.measure, state.window, type, group)).filter(Boolean);
  const newest = rows.filter((row) => row.shown).map((row) => row.end).sort().at(-1) ?? rows[0]?.end;
  const together = groups.map((group) => model.series(area.code, state.measure, type, group, state.window).find((row) => row.end === newest)).filter(Boolean);
  const pairs = model.about("disparities", area).filter((each) => each.measure === state.measure
    && each.stratum_type === type && each.window_type === state.window && each.period_end === newest);
  const ratio = new Map(pairs.map((each) => [each.stratum, each]));
  const reference = pairs[0]?.reference_stratum;
  const columns = [
    { title: "Group", cell: (row) => el("button", { type: "button", class: "link", onclick: () => change({ group: `${type}:${row.group}` }) }, groupName(type, row.group)) },
    { title: "Rate", number: true, cell: (row) => (row.shown ? row.text : STATUS_NAMES[row.status]) },
    { title: "95 % interval", number: true, cell: (row) => interval(row.lower, row.upper, row.decimals) },
    { title: "Ratio (95 %)", number: true, cell: (row) => (row.group === reference ? "1 (reference)" : pairText(ratio.get(row.group), "ratio")) },
    { title: "Difference (95 %)", number: true, cell: (row) => (row.group === reference ? DASH : pairText(ratio.get(row.group), "difference")) },
    { title: "How reliable", cell: (row) => el("span", { class: "reliable" }, mark(row.status), ` ${reliability(row, measure)}`) },
  ];
  if (together.length === 0) return el("p", {}, `${kindOfGroup(type)}: no figures for ${windowName(state.window).toLowerCase()}.`);
  const referenceWords = reference ? `, against ${groupName(type, reference)}` : "";
  return [el("h4", {}, `${kindOfGroup(type)}, ${together[0].period}`),
    tableOf(`${kindOfGroup(type)}, ${together[0].period}${referenceWords}`, columns, together, { hidden: true }),
    reference ? el("p", { class: "note" }, `Ratio and difference are against ${groupName(type, reference)}.`) : null];
}

function pairText(pair, name) {
  if (!pair || pair[name] === null) return DASH;
  return `${fixed(pair[name], 2)} (${interval(pair[`${name}_lower`], pair[`${name}_upper`], 2)})`;
}

/** Returns the targets and benchmarks of the area. */
function targetSection({ model, area, state }) {
  const rows = model.about("targets", area).filter((each) => each.measure === state.measure && each.window_type === state.window);
  if (rows.length === 0) return null;
  const period = (each) => (each.period_start.slice(0, 4) === each.period_end.slice(0, 4) ? each.period_end.slice(0, 4) : `${each.period_start.slice(0, 7)} to ${each.period_end.slice(0, 7)}`);
  const columns = [
    { title: "Target or benchmark", cell: (each) => el("span", {}, targetName(each.target_id), el("small", {}, ` ${model.definition(each.target_id)} ${model.authority(each.target_id)}`)) },
    { title: "Value", number: true, cell: (each) => String(each.target_value) },
    { title: "Period", cell: period },
    { title: "Gap", number: true, cell: (each) => signed(each.gap, 2) },
    { title: "Met?", cell: (each) => (each.is_met === null ? "not a target" : each.is_met ? "yes" : `no: ${fixed(each.gap, 2)} above it`) },
  ];
  return el("section", {}, el("h3", {}, "Targets"), tableOf(`Targets for ${model.measure(state.measure).title.toLowerCase()} of ${area.name}`, columns, rows, { hidden: true }));
}

/** Returns where the chosen number comes from, and how to follow it back. */
function originSection(facts) {
  const { model, state } = facts;
  const row = chosen(facts);
  if (!row) return null;
  const family = model.family(row.family);
  const extracts = model.data.sources.filter((each) => row.vintages.includes(each.vintage_id));
  const command = explainCommand(row, model.data.release.version);
  const title = (each) => (/^https?:\/\//.test(each.url ?? "") ? el("a", { href: each.url, rel: "noreferrer" }, each.title) : each.title);
  const vintage = (each) => ` (${each.vintage_id}${each.published_at ? `, published ${each.published_at.slice(0, 10)}` : ""})`;
  return el("section", {}, el("h3", {}, "Where the number comes from"),
    el("p", {}, el("strong", {}, `${family.title} (${row.family}). `), model.definition(row.definition), " ", el("small", {}, model.authority(row.definition))),
    el("p", {}, "Boundaries: ", row.vintage, ". To walk this number back to file, sheet and row, on the machine that made the release:"),
    el("p", { class: "command" }, el("code", {}, command), el("button", { type: "button", onclick: () => copy(command, "Command") }, "Copy command")),
    extracts.length > 0 ? el("details", {}, el("summary", {}, "Extracts that its counts come from, and the producer's pages"),
      el("ul", {}, extracts.map((each) => el("li", {}, title(each), vintage(each))))) : null,
    el("p", { class: "note" }, `Release ${model.data.release.version}, made ${model.data.release.released_at}. All columns of this row are in `, el("a", { href: "rates.csv" }, "rates.csv"), " and ", el("a", { href: "rates.parquet" }, "rates.parquet"), "."));
}

/** Returns the command that explains a row, quoted for a shell. */
function explainCommand(row, version) {
  const key = {
    area_code: row.code, geography_vintage: row.vintage, source_family: row.family, measure: row.measure,
    stratum_type: row.type, stratum: row.group, window_type: row.window, period_start: row.start, period_end: row.end,
  };
  const quoted = (text) => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\"'\"'")}'`);
  const words = Object.entries(key).map(([name, value]) => quoted(`${name}=${value}`));
  return `imr explain rates ${words.join(" ")} --release ${version}`;
}
