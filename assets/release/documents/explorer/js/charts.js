// Charts as Vega-Lite specifications, drawn as SVG. Expressions are interpreted: no eval is asked.

const SHAPES = ["circle", "square", "triangle-up", "diamond", "triangle-down", "triangle-right"];
const DASHES = [[1, 0], [7, 3], [2, 2], [9, 3, 2, 3], [4, 4], [12, 4]];
/** Dashes of the nation, and of the region beside it. */
const BESIDE_DASHES = [[6, 3], [2, 2]];
const PAPER = {
  ink: "#1c1c1c", soft: "#595959", grid: "#dddddd", paper: "#ffffff",
  series: ["#1b5e8c", "#b3541e", "#2f6f2f", "#7a3d74", "#6b6100", "#b0204f"],
};
const NIGHT = {
  ink: "#eeeeee", soft: "#b4b4b4", grid: "#444444", paper: "#16181b",
  series: ["#6db3e8", "#f0a06a", "#7fcf7f", "#d59acf", "#d6d25a", "#ff8fb0"],
};
const YEARLY = new Set(["annual", "rolling_2_year", "rolling_3_year", "rolling_5_year"]);
const HIGH = 260;

function palette() {
  const dark = !window.matchMedia("print").matches && window.matchMedia("(prefers-color-scheme: dark)").matches;
  return dark ? NIGHT : PAPER;
}

/** Returns the place in time of a row: the last year of whole years, else the day. */
function when(row) {
  return YEARLY.has(row.window) ? Number(row.end.slice(0, 4)) : Date.parse(`${row.end}T00:00:00Z`);
}

/** Returns the points of a series for a chart: with the run of years that a line may join. */
function points(rows, name, key) {
  let run = 0;
  let before = null;
  return rows.map((row) => {
    const x = when(row);
    const near = YEARLY.has(row.window) ? 1 : 32 * 86_400_000;
    if (!row.shown) {
      before = null;
    } else {
      if (!before || x - before.x > near || before.family !== row.family) run += 1;
      before = { x, family: row.family };
    }
    return {
      name, key, x, run: `${key} ${run}`, family: row.family, status: row.status, shown: row.shown,
      y: row.value, lower: row.lower, upper: row.upper,
      tip: row.shown ? `${name}, ${row.period}: ${row.text} (95 % ${interval(row.lower, row.upper, row.decimals)}), ${STATUS_NAMES[row.status].toLowerCase()}`
        : `${name}, ${row.period}: ${STATUS_NAMES[row.status] ?? row.status}`,
    };
  });
}

function config(colours) {
  const text = { labelColor: colours.ink, titleColor: colours.soft, labelFontSize: 12, titleFontSize: 12, titleFontWeight: "normal" };
  return {
    aria: false, background: "transparent", font: "system-ui, sans-serif",
    axis: { ...text, domainColor: colours.soft, tickColor: colours.soft, gridColor: colours.grid },
    view: { stroke: null }, text: { color: colours.ink, fontSize: 12 },
  };
}

function axes(rows, unit, window) {
  const yearly = YEARLY.has(window);
  const ends = window === "annual" ? null : yearly ? "last year of the period" : "12 months ending";
  return {
    x: { field: "x", type: yearly ? "quantitative" : "temporal", title: ends,
      scale: yearly ? { zero: false, nice: false, padding: 12 } : { type: "utc", padding: 12 },
      axis: { format: yearly ? "d" : "%b %Y", tickMinStep: 1, grid: false, labelOverlap: true, labelFlush: false, tickCount: 8 } },
    y: { field: "y", type: "quantitative", title: null, scale: { zero: true, nice: true }, axis: { tickCount: 5 } },
  };
}

/** Returns the chart of one or more series through time.
 *
 * Each of `series` has name, rows and key; `beside` are drawn thin and named at their end;
 * `lines` are targets: {name, value}.
 */
function trendSpec({ series, beside = [], lines = [], window, colours }) {
  const main = series.flatMap((each) => points(each.rows, each.name, each.key));
  const besides = beside.flatMap((each) => points(each.rows, each.name, each.key)).filter((each) => each.shown);
  // One without a neighbour has no line: its mark is wider than the one that it stands behind.
  const context = besides.map((each) => ({ ...each, alone: besides.filter((other) => other.run === each.run).length === 1 }));
  const { x, y } = axes(main, "", window);
  const keys = series.map((each) => each.key);
  const families = [...new Set(main.map((each) => each.family))];
  const several = series.length > 1;
  const colour = { field: "key", type: "nominal", legend: null, scale: { domain: keys, range: colours.series.slice(0, keys.length) } };
  const shape = several
    ? { field: "key", type: "nominal", legend: null, scale: { domain: keys, range: SHAPES.slice(0, keys.length) } }
    : { field: "family", type: "nominal", legend: null, scale: { domain: families, range: SHAPES.slice(0, families.length) } };
  const dash = several
    ? { field: "key", type: "nominal", legend: null, scale: { domain: keys, range: DASHES.slice(0, keys.length) } }
    : undefined;
  const shown = main.filter((each) => each.shown);
  const absent = main.filter((each) => !each.shown).map((each) => ({ ...each, y: 0 }));
  const limits = {
    data: { values: shown.filter((each) => each.lower !== null) },
    mark: { type: "rule", opacity: several ? 0.35 : 0.6, strokeWidth: several ? 1 : 1.5, clip: true },
    encoding: { x, y: { ...y, field: "lower" }, y2: { field: "upper" }, color: colour },
  };
  const layer = [
    { data: { values: lines }, mark: { type: "rule", stroke: colours.soft, strokeDash: [2, 4] }, encoding: { y: { ...y, field: "value" } } },
    { data: { values: lines }, mark: { type: "text", align: "left", x: 4, dy: -6, color: colours.soft, fontSize: 11 },
      encoding: { y: { ...y, field: "value" }, text: { field: "name" } } },
    { data: { values: context }, mark: { type: "line", stroke: colours.soft, strokeWidth: 1.5 },
      encoding: { x, y, detail: { field: "run" }, strokeDash: { field: "key", type: "nominal", legend: null,
        scale: { domain: beside.map((each) => each.key), range: BESIDE_DASHES } } } },
    { data: { values: context }, mark: { type: "point", shape: "stroke", stroke: colours.soft, strokeWidth: 1.5 },
      encoding: { x, y, tooltip: { field: "tip" }, size: { condition: { test: "datum.alone", value: 400 }, value: 60 } } },
    limits,
    { data: { values: shown }, mark: { type: "line", strokeWidth: 2 }, encoding: { x, y, detail: { field: "run" }, color: colour, strokeDash: dash } },
    { data: { values: absent }, mark: { type: "point", shape: "M-.5,-.5L.5,.5M.5,-.5L-.5,.5", size: 90, strokeWidth: 1.5, stroke: colours.soft },
      encoding: { x, y, tooltip: { field: "tip" } } },
    { data: { values: shown }, mark: { type: "point", size: several ? 42 : 54, strokeWidth: 2, opacity: 1 },
      encoding: { x, y, color: colour, shape, tooltip: { field: "tip" },
        fill: { condition: { test: "datum.status === 'ok'", field: "key", type: "nominal", legend: null, scale: colour.scale }, value: colours.paper } } },
  ];
  return { height: HIGH, layer: filled(layer), config: config(colours) };
}

/** Leaves layers without data out: an empty one has no extent, and Vega warns of it. */
function filled(layers) {
  return layers.filter((each) => each.data.values.length > 0);
}

/** Returns the funnel of areas of one kind: rates by births, the average, its limits, one area. */
function funnelSpec({ rows, own, name, mean, colours, among }) {
  const at = (row) => ({
    x: row.denominator, y: row.value, status: row.status, funnel: row.funnel ?? "", own: row === own,
    tip: `${name(row.area)}: ${row.text}`,
  });
  const placed = rows.filter((row) => row.shown && row.denominator > 0);
  const most = Math.max(...placed.map((row) => row.denominator));
  const least = Math.min(...placed.map((row) => row.denominator));
  const limits = funnelLimits(mean, own.per, least, most);
  const x = { field: "x", type: "quantitative", title: among, scale: { type: "log", nice: false, domain: [least * 0.9, most * 1.1] },
    axis: { format: ",d", grid: false, tickCount: 5, labelOverlap: true } };
  const y = { field: "y", type: "quantitative", title: null, scale: { zero: true } };
  const line = (field, strokeDash) => ({
    data: { values: limits }, mark: { type: "line", stroke: colours.soft, strokeWidth: 1, strokeDash, clip: true },
    encoding: { x, y: { ...y, field } },
  });
  const values = placed.map(at);
  return {
    height: HIGH, config: config(colours),
    layer: filled([
      ...["low_95", "high_95"].map((field) => line(field, [4, 3])),
      ...["low_998", "high_998"].map((field) => line(field, [1, 0])),
      { data: { values: [{ y: mean }] }, mark: { type: "rule", stroke: colours.ink }, encoding: { y } },
      { data: { values: values.filter((each) => !each.own) }, mark: { type: "point", size: 26, strokeWidth: 1, stroke: colours.soft, opacity: 0.8 },
        encoding: { x, y, tooltip: { field: "tip" }, fill: { condition: { test: "datum.status === 'ok'", value: colours.soft }, value: colours.paper } } },
      { data: { values: values.filter((each) => each.own) }, mark: { type: "point", shape: "diamond", size: 170, strokeWidth: 2.5, stroke: colours.series[1] },
        encoding: { x, y, tooltip: { field: "tip" }, fill: { condition: { test: "datum.status === 'ok'", value: colours.series[1] }, value: colours.paper } } },
    ]),
  };
}

/** Returns the limits of a funnel: counts whose own Byar limits just reach the average. */
function funnelLimits(mean, per, least, most) {
  const lower = (o, z) => (o <= 0 ? 0 : o * (1 - 1 / (9 * o) - z / (3 * Math.sqrt(o))) ** 3);
  const upper = (o, z) => (o + 1) * (1 - 1 / (9 * (o + 1)) + z / (3 * Math.sqrt(o + 1))) ** 3;
  const solve = (limit, expected, z) => {
    let [low, high] = [0, 4 * expected + 60];
    for (let i = 0; i < 50; i += 1) {
      const middle = (low + high) / 2;
      if (limit(middle, z) < expected) low = middle; else high = middle;
    }
    return high;
  };
  return Array.from({ length: 60 }, (_, i) => {
    const births = least * (most / least) ** (i / 59);
    const expected = (mean * births) / per;
    const rate = (o) => (per * o) / births;
    // With no death at all the upper limit is above the average: nothing is below the funnel.
    const low = (z) => (upper(0, z) > expected ? null : rate(solve(upper, expected, z)));
    return {
      x: births, low_95: low(1.96), low_998: low(3.0902),
      high_95: rate(solve(lower, expected, 1.96)), high_998: rate(solve(lower, expected, 3.0902)),
    };
  });
}

/** Draws a chart into its place; the words of a point appear under it. */
async function draw(place, spec) {
  const words = el("p", { class: "tip", "aria-hidden": "true" });
  // The place has words of its own; the parts of the drawing have none that help.
  const drawn = el("div", { "aria-hidden": "true" });
  place.replaceChildren(drawn, words);
  const width = Math.max(220, Math.floor(place.clientWidth || 640));
  const made = await window.vegaEmbed(drawn, { ...spec, width, autosize: { type: "fit", contains: "padding" } }, {
    ast: true, actions: false, renderer: "svg", defaultStyle: false,
    tooltip: (_handler, _event, _item, value) => { words.textContent = value ?? ""; },
  });
  return made.view;
}

/** Returns the same chart as a picture that says itself what it shows. */
async function pictured(spec, { title, notes }) {
  const place = el("div", { class: "unseen", "aria-hidden": "true" });
  document.body.append(place);
  const whole = {
    ...spec, width: 860, height: 420, background: "#ffffff", padding: 16, autosize: { type: "fit", contains: "padding" },
    title: { text: title, subtitle: notes, anchor: "start", fontSize: 18, subtitleFontSize: 12, subtitleColor: PAPER.soft, color: PAPER.ink, offset: 12 },
  };
  const made = await window.vegaEmbed(place, whole, { ast: true, actions: false, renderer: "svg", defaultStyle: false, tooltip: false });
  place.remove();
  return made.view;
}
