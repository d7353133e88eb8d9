// The data as questions that the views ask: areas, their rows, their wider areas.

const SHOWN = new Set(["ok", "unreliable"]);
const TYPE_ORDER = ["country", "country_group", "state", "region", "territory"];
const WINDOW_ORDER = [
  "annual", "rolling_2_year", "rolling_3_year", "rolling_5_year", "rolling_12_month", "pooled",
];

/** Returns the rows of rates as objects that are made when somebody asks for them. */
function ratesOf(columns) {
  const made = new Array(columns.rows);
  const text = (name, i) => columns[name].values[columns[name].codes[i]] ?? null;
  return function row(i) {
    if (made[i]) return made[i];
    const status = text("value_status", i);
    const shown = SHOWN.has(status);
    const number = (name) => (shown ? columns[name][i] : null);
    const numerator = number("numerator");
    const denominator = number("denominator");
    const printed = shown ? text("rate_text", i) : null;
    const per = columns.rate_per[i];
    const exact = numerator !== null && denominator > 0 ? (per * numerator) / denominator : null;
    made[i] = {
      area: text("place_code", i), code: text("area_code", i), vintage: text("geography_vintage", i),
      family: text("source_family", i), measure: text("measure", i),
      type: text("stratum_type", i), group: text("stratum", i), window: text("window_type", i),
      period: text("period", i), start: text("period_start", i), end: text("period_end", i),
      status, reason: text("status_reason", i), shown, text: printed, per,
      value: printed === null ? null : exact ?? numberOf(printed),
      numerator, denominator, decimals: columns.decimals[i] ?? 2,
      lower: number("lower"), upper: number("upper"),
      compared: text("compared_with_nation", i), funnel: text("funnel", i),
      provisional: columns.is_provisional[i] === 1, latest: columns.is_latest[i] === 1,
      definition: text("definition_id", i), vintages: (text("vintages", i) ?? "").split(" "), rank: number("rank"), ranked: number("areas_ranked"),
    };
    return made[i];
  };
}

/** Returns the areas by code, with the codes and names that they had before. */
function areasOf(listed, rated) {
  const areas = new Map();
  for (const each of listed) {
    areas.set(each.area_code, {
      code: each.area_code, name: each.area_name, type: each.area_type, country: each.country,
      parent: each.parent_code, region: each.region_code, note: each.note, until: each.valid_to,
      members: each.members ? each.members.split(";") : [],
      before: each.predecessors ? each.predecessors.split(";") : [],
      formerNames: each.names.filter((name) => name !== each.area_name),
      formerCodes: [], successors: [], rated: rated.has(each.area_code),
      order: TYPE_ORDER.includes(each.area_type) ? TYPE_ORDER.indexOf(each.area_type) : TYPE_ORDER.length,
    });
  }
  for (const area of areas.values()) {
    for (const code of area.before) areas.get(code)?.successors.push(area.code);
  }
  // A code with one predecessor that became nothing else is the same area, found by both codes.
  for (const area of areas.values()) {
    for (let old = onlyBefore(areas, area); old; old = onlyBefore(areas, area)) {
      area.formerCodes.push(old.code, ...old.formerCodes);
      area.formerNames.push(...[old.name, ...old.formerNames]
        .filter((name) => name !== area.name && !area.formerNames.includes(name)));
      area.before = old.before;
      areas.delete(old.code);
      for (const code of old.before) {
        const earlier = areas.get(code);
        if (earlier) earlier.successors = earlier.successors.map((next) => (next === old.code ? area.code : next));
      }
    }
  }
  return areas;
}

/** Returns the area that another one merely replaced the code of, or null. */
function onlyBefore(areas, area) {
  const old = area.before.length === 1 ? areas.get(area.before[0]) : null;
  return old && old !== area && old.successors.length === 1 ? old : null;
}

/** Returns the questions that views ask of the data. */
function createModel(data) {
  const { rates } = data;
  learnStrata(data.strata);
  const row = ratesOf(rates);
  const byArea = new Map();
  rates.place_code.codes.forEach((code, i) => {
    const name = rates.place_code.values[code];
    if (!byArea.has(name)) byArea.set(name, []);
    byArea.get(name).push(i);
  });
  const areas = areasOf(data.areas, byArea);
  const aliases = new Map();
  for (const area of areas.values()) for (const code of area.formerCodes) aliases.set(code, area);
  const inOrder = (known, found) => [...known.filter((name) => found.has(name)),
    ...[...found].filter((name) => !known.includes(name))];

  const model = {
    data, areas,
    index: buildIndex([...areas.values()]),
    area: (code) => areas.get(code) ?? aliases.get(code) ?? null,
    name: (code) => model.area(code)?.name ?? code,
    /** Rows of another table about an area, under whichever of its codes. */
    about: (table, area) => data[table].filter((each) => model.area(each.area_code) === area),
    measure: (name) => data.measures.find((each) => each.measure === name)
      ?? { measure: name, title: spoken(name), counted: "events", among: "", per: 1000 },
    family: (name) => data.families[name] ?? { title: name, source: "", producer: name },
    rows: (code) => (byArea.get(code) ?? []).map(row),
    definition: (id) => data.definitions[id]?.text ?? "",
    authority: (id) => data.definitions[id]?.source ?? "",

    /** Rows of one area, measure, group and kind of window, by time. */
    series(code, measure, type, group, window) {
      return model.rows(code).filter((each) => each.measure === measure && each.type === type
        && each.group === group && each.window === window);
    },
    measuresOf(code) {
      const found = new Set(model.rows(code).map((each) => each.measure));
      return inOrder(data.measures.map((each) => each.measure), found);
    },
    windowsOf(code, measure, type = "all", group = "all") {
      return inOrder(WINDOW_ORDER, new Set(model.rows(code)
        .filter((each) => each.measure === measure && each.type === type && each.group === group)
        .map((each) => each.window)));
    },
    groupsOf(code, measure) {
      const found = new Map();
      for (const each of model.rows(code)) {
        if (each.measure === measure) found.set(`${each.type}:${each.group}`, each);
      }
      return [...found.values()].map(({ type, group }) => ({ type, group }));
    },
    /** The newest row with a number, or else the newest row, which says why there is none. */
    newest(code, measure, window, type = "all", group = "all") {
      const rows = model.series(code, measure, type, group, window);
      return rows.find((each) => each.latest && each.shown)
        ?? rows.findLast((each) => each.shown) ?? rows.at(-1) ?? null;
    },
    /** The row of another area that may be compared with a row: same series, window and group. */
    beside(code, each) {
      return model.series(code, each.measure, each.type, each.group, each.window)
        .find((other) => other.end === each.end && other.start === each.start
          && other.family === each.family) ?? null;
    },
    /** Rows of all areas for one question. */
    across(wanted) {
      const keys = Object.keys(wanted).map((name) =>
        [rates[name].codes, rates[name].values.indexOf(wanted[name])]);
      const found = [];
      for (let i = 0; i < rates.rows; i += 1) {
        if (keys.every(([codes, code]) => codes[i] === code)) found.push(row(i));
      }
      return found;
    },
    values: (name) => rates[name].values,
    nation: (area) => nationOf(areas, area),
    wider: (area) => widerOf(areas, area),
  };
  return model;
}

/** Returns the nation that an area lies in: of a region of its own that of all its members. */
function nationOf(areas, area) {
  for (let each = area, steps = 0; each && steps < 9; steps += 1) {
    if (each.type === "country") return each;
    each = areas.get(each.parent) ?? areas.get(each.region);
  }
  const members = area.members.map((code) => areas.get(code)).filter(Boolean);
  const nations = new Set(members.map((each) => nationOf(areas, each)).filter(Boolean));
  return nations.size === 1 ? [...nations][0] : null;
}

/** Returns the areas with figures that an area is part of, the nation last. */
function widerOf(areas, area) {
  const nation = nationOf(areas, area);
  const found = [areas.get(area.parent), areas.get(area.region),
    ...[...areas.values()].filter((each) => each.members.includes(area.code))];
  const near = [...new Set(found)].filter((each) => each && each.rated && each !== area && each !== nation);
  return nation && nation !== area && nation.rated ? [...near, nation] : near;
}
