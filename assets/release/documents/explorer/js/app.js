// The page: one address, one view. Whatever fails is said, so that the page is never blank.

/** Returns the first view: how to find an area, and where to begin. */
function startView(model) {
  const rated = [...model.areas.values()].filter((area) => area.rated);
  if (rated.length === 0) return [el("h2", { tabindex: "-1" }, "No figures"), el("p", {}, "This release has no rates of any area.")];
  const nations = rated.filter((area) => ["country", "country_group"].includes(area.type));
  const kinds = Object.keys(AREA_TYPES).map((type) => [type, rated.filter((area) => area.type === type).length]).filter(([, number]) => number > 0);
  const withheld = model.data.rates.value_status;
  const numbers = withheld.codes.filter((code) => SHOWN.has(withheld.values[code])).length;
  return [
    el("h2", { tabindex: "-1" }, "Find an area"),
    el("p", {}, `Type a name or a code above: ${rated.length} areas have figures. Each has a profile with every measure, its interval, and how far it can be relied on.`),
    numbers === 0 ? el("p", { class: "notice" }, "No rate of this release carries a number: all are withheld or missing. Their rows say why.") : null,
    el("h3", {}, "Begin with a nation"),
    nations.length > 0 ? el("ul", { class: "chips" }, nations.map((area) => el("li", {}, areaLink(area)))) : el("p", {}, "This release has no figures of a whole nation."),
    el("h3", {}, "Or with all areas of a kind"),
    el("ul", { class: "chips" }, kinds.map(([type, number]) => el("li", {}, el("a", { href: formatRoute({ view: "areas", type }) }, `${AREA_TYPES[type]} (${number})`)))),
    el("h3", {}, "What the marks mean"),
    el("ul", { class: "legend" },
      el("li", {}, mark("ok"), " filled: reliable enough for the producer to print"),
      el("li", {}, mark("unreliable"), " hollow: shown, but it rests on few events"),
      el("li", {}, mark("missing"), " cross: no number, because it is withheld, missing or incomplete; never zero")),
  ].filter(Boolean);
}

/** Done when the chart library, the last script of the page, has been read. */
const libraryRead = new Promise((resolve) => { document.addEventListener("DOMContentLoaded", resolve); });

/**
 * Draws every chart of a view that has a place on the page; each notes for which width. A page that is
 * made wider or narrower meanwhile is drawn by the call for its new width.
 */
async function drawAll(place) {
  await libraryRead;
  const wide = window.innerWidth;
  for (const chart of place.querySelectorAll(".chart")) {
    if (!chart.spec) continue;
    chart.drawn?.finalize();
    const drawn = await draw(chart, chart.spec(palette()));
    if (window.innerWidth !== wide) {
      drawn?.finalize();
      return;
    }
    chart.drawn = drawn;
    chart.dataset.drawn = String(wide);
    if (performance.getEntriesByName("first-figure").length === 0) performance.mark("first-figure");
  }
}

/** Shows a fault in place of a view. */
function showFault(place, error) {
  place.replaceChildren(el("div", { class: "notice", role: "alert" },
    el("h2", {}, "The explorer cannot show this"),
    el("p", {}, error instanceof DataError ? error.message : `Something went wrong: ${error.message}`),
    el("p", {}, "The tables beside this file have all numbers: ", el("a", { href: "rates.csv" }, "rates.csv"), ", ",
      el("a", { href: "rates.parquet" }, "rates.parquet"), ", ", el("a", { href: "README.md" }, "README.md"),
      ". To check the folder: sha256sum -c manifest-sha256.txt; fetch the release again where a file fails.")));
}

/** Starts the page. */
async function start() {
  const place = document.getElementById("view");
  let model;
  try {
    model = createModel(await decode(document.getElementById("data").textContent));
  } catch (error) {
    showFault(place, error);
    return;
  }
  const go = (route) => { location.hash = formatRoute(route); };
  let shown = "";

  async function render(focus) {
    const address = location.hash;
    const route = parseRoute(address);
    const held = focus ? null : document.activeElement;
    const kept = held && place.contains(held) ? held.id || held.dataset.sort || held.textContent : null;
    try {
      const views = model.data.rates.rows > 0 ? { compare: compareView, areas: areasView } : {};
      const view = route.view === "area" ? profileView : views[route.view] ?? startView;
      for (const chart of place.querySelectorAll(".chart")) chart.drawn?.finalize();
      place.replaceChildren(...view(model, route, go).filter(Boolean));
      for (const link of document.querySelectorAll("nav a")) {
        link.toggleAttribute("aria-current", link.dataset.view === route.view);
        if (link.dataset.view === route.view) link.setAttribute("aria-current", "page");
        if (link.dataset.view === "compare") link.href = formatRoute({ view: "compare", compare: route.compare });
      }
      const title = place.querySelector("h2")?.textContent ?? "";
      // A release of made-up figures says so in its first title.
      const mark = document.title.match(/^MADE UP: /)?.[0] ?? "";
      document.title = `${mark}${title} · infant mortality, release ${model.data.release.version}`;
      if (focus) place.querySelector("h2")?.focus();
      else if (kept) refocus(place, kept);
      document.documentElement.dataset.shown = address;
      await drawAll(place);
    } catch (error) {
      showFault(place, error);
      throw error;
    }
  }
  document.getElementById("search").append(combobox({
    id: "find", label: "Find an area", placeholder: "Name or code, such as Missouri or E06000017",
    find: (text) => search(model.index, text), near: (text) => suggest(model.index, text),
    choose: (area) => {
      const route = parseRoute(location.hash);
      go({ view: "area", area: area.code, measure: route.measure, window: route.window, compare: route.compare });
    },
  }));
  // What stands behind the # is a view here, and no place on the page.
  document.querySelector(".skip").addEventListener("click", (event) => {
    event.preventDefault();
    place.focus();
  });
  window.addEventListener("hashchange", () => {
    const route = parseRoute(location.hash);
    const same = `${route.view} ${route.area} ${route.compare}`;
    render(same !== shown);
    shown = same;
  });
  let wide = window.innerWidth;
  window.addEventListener("resize", () => {
    if (window.innerWidth === wide) return;
    wide = window.innerWidth;
    drawAll(place);
  });
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => drawAll(place));
  window.addEventListener("beforeprint", () => {
    for (const each of place.querySelectorAll("details.data")) each.open = true;
  });
  const first = parseRoute(location.hash);
  shown = `${first.view} ${first.area} ${first.compare}`;
  window.explorer = Object.freeze({ model, search: (text) => search(model.index, text) });
  await render(false);
  document.documentElement.dataset.ready = "yes";
}

/** Gives the focus back to the control that had it before its view was made again. */
function refocus(place, kept) {
  const found = [...place.querySelectorAll("button, select, input, a")]
    .find((each) => each.id === kept || each.dataset.sort === kept || each.textContent === kept);
  found?.focus();
}

start();
