// What statuses and verdicts mean, in words for somebody who answers for an area.

const MARKS = {
  ok: "●", unreliable: "○", suppressed: "✕", missing: "✕", incomplete_window: "✕", series_break: "✕",
};
const STATUS_NAMES = {
  ok: "Reliable", unreliable: "Unreliable", suppressed: "Withheld", missing: "No figure",
  incomplete_window: "Years are missing", series_break: "Break in the series",
};
const AREA_TYPES = {
  country: "Nations", country_group: "Groups of nations", region: "Regions", state: "US states",
  territory: "US territories", county: "Counties", registration_area: "Registration areas",
  metropolitan_county: "Metropolitan counties", unitary_authority: "Unitary authorities",
  non_metropolitan_district: "Non-metropolitan districts", metropolitan_district: "Metropolitan districts",
  london_borough: "London boroughs", london_subregion: "Parts of London",
  combined_authority_areas: "Authorities published together", outside_area: "Usual residence elsewhere",
  custom_region: "Regions made of areas", unidentified_counties: "Unidentified counties",
};

const AREA_TYPE = {
  country: "nation", country_group: "group of nations", state: "US state", territory: "US territory",
  county: "county", unitary_authority: "unitary authority", metropolitan_county: "metropolitan county",
  non_metropolitan_district: "non-metropolitan district", metropolitan_district: "metropolitan district",
  london_borough: "London borough", london_subregion: "part of London", region: "region",
  combined_authority_areas: "authorities published together", custom_region: "region made of areas",
  outside_area: "residence elsewhere", registration_area: "registration area",
};

/** Returns what kind of area it is, for one. */
function areaType(area) {
  return AREA_TYPE[area.type] ?? spoken(area.type).toLowerCase();
}

/** Returns how far a number can be relied on, or why there is none, in a few words. */
function reliability(row, measure) {
  if (row === null) return "No figure in this release";
  const word = STATUS_NAMES[row.status] ?? spoken(row.status);
  const provisional = row.provisional ? ", provisional" : "";
  if (row.status === "unreliable" && restsOnUnknown(row)) return `${word}: many weeks are not known${provisional}`;
  if (row.status === "unreliable" && row.numerator !== null) {
    return `${word}: ${events(row, measure)}${provisional}`;
  }
  return word + provisional;
}

/** Returns whether a rate is unreliable for what is not known, however many events it rests on. */
function restsOnUnknown(row) {
  return (row.reason ?? "").startsWith("unknown_weeks");
}

/** Returns a count of events in words: "3 infant deaths". */
function events(row, measure) {
  const word = row.numerator === 1 ? measure.counted.replace(/s$/, "") : measure.counted;
  return `${count(row.numerator)} ${word}`;
}

/** Returns why the mark of a number is hollow, or why there is a cross instead of a number. */
function why(row, measure) {
  const reason = row.reason ? ` The producer's rule: ${row.reason}.` : "";
  switch (row.status) {
    case "ok":
      return `Filled mark: it rests on ${events(row, measure)}, enough for the producer to print the rate without a warning.`;
    case "unreliable": {
      if (restsOnUnknown(row)) {
        return "Hollow mark: of more than one in ten deaths the week of gestation is not known. Had they been known, "
          + "the rate could lie elsewhere: the bounds beside the rate in the table rates say how far.";
      }
      if (row.numerator === null) return `Hollow mark: the rate is shown, but chance moves it a lot.${reason}`;
      const more = (row.per * (row.numerator + 1)) / row.denominator;
      return `Hollow mark: the rate is shown, but rests on only ${events(row, measure)} among `
        + `${count(row.denominator)} ${measure.among}. One more would have made it `
        + `${fixed(more, row.decimals)}. Rely on the interval, or on several years together.${reason}`;
    }
    case "suppressed":
      return "Withheld: the count is so small that it could point to a family, or would give another "
        + `one away. Neither count nor rate is published. It is not zero.${row.reason ? ` Reason: ${row.reason}.` : ""}`;
    case "missing":
      return `No figure: the extracts behind this release have none (${row.reason ?? "no reason given"}). It is not zero.`;
    case "incomplete_window":
      return `No figure: not every year of the period has one (${row.reason ?? "no reason given"}). A part is never taken for the whole.`;
    case "series_break":
      return `No figure: ${row.reason ?? "the definition changed within the period"}. The years before and after are not counted alike.`;
    default:
      return `${spoken(row.status)}. ${row.reason ?? ""}`;
  }
}

/** Returns the comparison with the nation, as the release decided it, in words. */
function comparedWords(row, nation) {
  if (!nation) return DASH;
  const name = /^(United)\b/.test(nation) ? `the ${nation}` : nation;
  return {
    worse_998: `Higher than ${name} (99.8 % limits)`, worse_95: `Higher than ${name} (95 % limits)`,
    better_998: `Lower than ${name} (99.8 % limits)`, better_95: `Lower than ${name} (95 % limits)`,
    similar: `No clear difference from ${name}`,
  }[row.compared] ?? "Not compared";
}

/** Returns the place in the funnel of areas of one kind, in words. */
function funnelWords(row) {
  return {
    high_001: "Above the outer limit of the funnel: far higher than chance explains",
    high_025: "Above the inner limit of the funnel: higher than chance usually explains",
    low_025: "Below the inner limit of the funnel: lower than chance usually explains",
    low_001: "Below the outer limit of the funnel: far lower than chance explains",
    not_significant: "Inside the funnel: chance explains the difference from the average",
  }[row.funnel] ?? null;
}

/** Returns a rank in words. */
function rankWords(row) {
  return row.rank === null ? null : `${row.rank} of ${row.ranked} (1 is the lowest rate)`;
}

/** Returns what a trend came to, in words. */
function trendWords(trend) {
  const years = [trend.period_start.slice(0, 4), trend.period_end.slice(0, 4)];
  if (trend.trend_type === "log_linear") {
    const limits = trend.lower === null ? "" : ` (95 % ${signed(trend.lower, 1)} to ${signed(trend.upper, 1)})`;
    const verb = { significant_fall: "fell", significant_rise: "rose" }[trend.verdict];
    const size = `${signed(trend.change, 1)} % a year${limits}`;
    return verb ? `From ${years[0]} to ${years[1]} it ${verb}: ${size}.`
      : `From ${years[0]} to ${years[1]} no clear trend: ${size}.`;
  }
  const verdict = {
    significant_fall: "a fall beyond chance", significant_rise: "a rise beyond chance",
    no_significant_change: "no change beyond chance",
  }[trend.verdict] ?? spoken(trend.verdict);
  return `From ${years[0]} to ${years[1]}: ${signed(trend.change, 1)} %, ${verdict}.`;
}
