// Numbers and names as people read them. Rates are never rounded here: the release says them.

const DASH = "–";

/** Rounds half away from zero, as the tables do, on the shortest decimal form of the number. */
function roundHalfAway(value, decimals) {
  const [digits, power] = String(Math.abs(value)).split("e");
  const raised = Number(`${digits}e${Number(power || 0) + decimals}`);
  const [whole, back] = String(Math.round(raised)).split("e");
  return Math.sign(value) * Number(`${whole}e${Number(back || 0) - decimals}`);
}

/** Returns a number with exactly so many decimals, or a dash where there is none. */
function fixed(value, decimals) {
  if (value === null || value === undefined || Number.isNaN(value)) return DASH;
  return roundHalfAway(value, decimals).toFixed(decimals).replace("-", "−");
}

/** Returns a count with its thousands apart. */
function count(value) {
  if (value === null || value === undefined) return DASH;
  return String(value).replace(/\B(?=(\d{3})+(?!\d))/g, ",");
}

/** Returns a number with its sign. */
function signed(value, decimals) {
  const text = fixed(value, decimals);
  return value > 0 ? `+${text}` : text;
}

/** Returns the two limits of an interval. */
function interval(lower, upper, decimals) {
  if (lower === null || upper === null) return DASH;
  return `${fixed(lower, decimals)} to ${fixed(upper, decimals)}`;
}

/** Returns the number at the start of a printed rate ("7.30 per 1,000" is 7.3). */
function numberOf(text) {
  return Number.parseFloat(text.replaceAll(",", ""));
}

/** Words of code lists that are names of peoples and places. */
const PROPER = new Set(("alaska american asian black central cuban hawaiian hispanic indian islander mexican native "
  + "pacific puerto rican south white chinese japanese filipino korean vietnamese samoan guamanian").split(" "));

/** Returns a name of a code list in words. */
function spoken(code) {
  const words = code.replace(/^non_hispanic/, "non-hispanic").split("_")
    .map((word) => (PROPER.has(word) ? capital(word) : word.replace("hispanic", "Hispanic")));
  return capital(words.join(" "));
}

/** Returns the name of a target or benchmark: "Healthy People 2030". */
function targetName(code) {
  return code.split("_").map((word) => (word === "kpi" ? "KPI" : capital(word))).join(" ");
}

function capital(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Names of characteristics and of their groups, in the order of the release's table strata. */
const STRATA = new Map();

/** Takes in the table strata: a stratum of two characteristics has a row for each. */
function learnStrata(rows) {
  for (const { stratum_type, stratum, dimension_title, group_name } of rows) {
    if (!STRATA.has(stratum_type)) STRATA.set(stratum_type, { titles: new Set(), groups: new Map() });
    const { titles, groups } = STRATA.get(stratum_type);
    titles.add(dimension_title);
    groups.set(stratum, [...groups.get(stratum) ?? [], group_name]);
  }
}

/** Returns the name of a group; of two that are crossed both. */
function groupName(type, group) {
  return type === "all" ? "All" : STRATA.get(type)?.groups.get(group)?.join(", ") ?? spoken(group);
}

/** Returns what groups are told apart by. */
function kindOfGroup(type) {
  return STRATA.has(type) ? capital([...STRATA.get(type).titles].join(" and ")) : spoken(type);
}

/** Returns groups of one kind in the order of the release's table strata. */
function groupsInOrder(type, groups) {
  const known = [...STRATA.get(type)?.groups.keys() ?? []];
  return [...groups].sort((a, b) => known.indexOf(a) - known.indexOf(b));
}

/** Returns how the years of a window are put together. */
function windowName(type) {
  const rolling = /^rolling_(\d+)_(year|month)$/.exec(type);
  if (rolling) return `${rolling[1]} ${rolling[2]}s together`;
  return { annual: "Single years", pooled: "Several years pooled" }[type] ?? spoken(type);
}

/** Returns a list in words: "a, b and c". */
function listed(names) {
  if (names.length < 2) return names.join("");
  return `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}
