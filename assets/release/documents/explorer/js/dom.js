// Elements are made here, and text goes in as text: nothing that came from a file is ever markup.

const SVG = "http://www.w3.org/2000/svg";

/** Returns an element with attributes and children; `on…` attributes are listeners. */
function el(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

/** Returns an element of SVG. */
function svg(tag, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== ""));
  return node;
}

/** Says something to people who listen to the page. */
function announce(text) {
  const place = document.getElementById("said");
  place.textContent = "";
  // An equal text twice would not be said again.
  requestAnimationFrame(() => { place.textContent = text; });
}

/** Returns a table. Columns: {title, cell, number, label}. */
function tableOf(caption, columns, rows, { hidden = false, head = 0 } = {}) {
  const titles = columns.map((column) => el("th", { scope: "col", class: column.number ? "number" : null }, column.title));
  const body = rows.map((row) => el("tr", { class: row.className ?? null }, columns.map((column, i) => el(
    i === head ? "th" : "td",
    { scope: i === head ? "row" : null, class: column.number ? "number" : null, "data-title": column.title },
    column.cell(row),
  ))));
  return el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": caption },
    el("table", {}, el("caption", { class: hidden ? "unseen" : null }, caption),
      el("thead", {}, el("tr", {}, titles)), el("tbody", {}, body)));
}

/** Returns a labelled choice. Options: [value, text]. */
function choice(label, options, chosen, change, { id }) {
  const select = el("select", { id, onchange: (event) => change(event.target.value) },
    options.map(([value, text]) => el("option", { value, selected: value === chosen }, text)));
  return el("div", { class: "choice" }, el("label", { for: id }, label), select);
}

/** Returns the mark of a status as a small picture, as charts draw it. */
function mark(status, shape = "circle") {
  const shown = SHOWN.has(status);
  const drawn = {
    circle: () => svg("circle", { cx: 7, cy: 7, r: 4.5 }),
    square: () => svg("rect", { x: 3, y: 3, width: 8, height: 8 }),
    "triangle-up": () => svg("path", { d: "M7 2 L12 11 L2 11 Z" }),
    diamond: () => svg("path", { d: "M7 1.5 L12 7 L7 12.5 L2 7 Z" }),
    "triangle-down": () => svg("path", { d: "M2 3 L12 3 L7 12 Z" }),
    "triangle-right": () => svg("path", { d: "M3 2 L12 7 L3 12 Z" }),
  };
  const figure = shown ? (drawn[shape] ?? drawn.circle)() : svg("path", { d: "M3 3 L11 11 M11 3 L3 11" });
  return svg("svg", { class: `mark ${shown ? status : "absent"}`, viewBox: "0 0 14 14", "aria-hidden": "true" }, figure);
}
