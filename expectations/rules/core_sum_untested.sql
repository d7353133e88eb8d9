-- rule: CORE-SUM-UNTESTED
-- tables: core.observations
-- check: plausibility
-- severity: info
-- category: conservation
-- message: Where areas are printed below a printed total, all of them are there, so that the total
--   can be tested.
-- remedy: Nothing, where the producer leaves areas out; otherwise look for the missing rows in the
--   extract.
-- keys: source_family, area_code, geography_vintage, period_type, period_start, period_end,
--   measure, stratum_type, stratum
-- grain: series × boundary set × area with observed members
-- inputs: core.areas
SELECT
    * EXCLUDE (
        lowest_value, highest_value, total, most, members, members_withheld, members_unknown,
        parts_not_covered, tolerance
    ),
    format(
        '{} members, {} without a count or a bound, {} areas absent', members, members_unknown,
        parts_not_covered
    ) AS observed,
    'every member with a count, or withheld under a known rule' AS expected,
    highest_value IS NULL OR members_unknown > 0 OR parts_not_covered > 0 AS offends
FROM ({area_sums}) AS a
