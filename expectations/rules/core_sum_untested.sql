-- rule: CORE-SUM-UNTESTED
-- tables: core.observations
-- check: plausibility
-- severity: info
-- category: conservation
-- message: Where areas are printed below a printed total, all of them are there, so that the total can be tested.
-- remedy: Nothing, where the producer leaves areas out; otherwise look for the missing rows in the extract.
-- keys: source_family, area_code, geography_vintage, period_type, period_start, period_end, measure, stratum_type, stratum
-- grain: series × boundary set × area with observed members
-- inputs: core.areas
SELECT
    * EXCLUDE (status, value, total, members, members_not_ok, parts_not_covered, tolerance),
    format('{} members, {} without a count, {} areas absent', members, members_not_ok, parts_not_covered) AS observed,
    'every member with a count' AS expected,
    status <> 'ok' OR members_not_ok > 0 OR parts_not_covered > 0 AS offends
FROM ({area_sums}) AS a
