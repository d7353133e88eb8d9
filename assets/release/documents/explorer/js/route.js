// The address of a view: everything that is shown stands behind the # and can be sent to others.

const ROUTE_KEYS = ["view", "area", "measure", "window", "group", "compare", "type", "nation", "period", "sort", "dir", "find"];
const MOST_COMPARED = 6;

/** Returns what an address asks for; what it does not say is empty. */
function parseRoute(hash) {
  const said = new URLSearchParams(hash.replace(/^#/, ""));
  const route = Object.fromEntries(ROUTE_KEYS.map((key) => [key, said.get(key) ?? ""]));
  // The code of authorities that are published together has a comma itself.
  route.compare = route.compare ? [...new Set(route.compare.split(";"))].slice(0, MOST_COMPARED) : [];
  if (!route.view) route.view = route.area ? "area" : route.compare.length ? "compare" : "start";
  return route;
}

/** Returns the address of a view. */
function formatRoute(route) {
  const said = new URLSearchParams();
  for (const key of ROUTE_KEYS) {
    const value = key === "compare" ? (route.compare ?? []).join(";") : route[key];
    const implied = key === "view" && (value === "start" || (value === "area" && route.area));
    if (value && !implied) said.set(key, value);
  }
  return `#${said.toString().replaceAll("%3A", ":").replaceAll("%3B", ";")}`;
}
