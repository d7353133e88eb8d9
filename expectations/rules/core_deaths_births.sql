-- rule: CORE-DEATHS-BIRTHS
-- tables: core.observations
-- check: contract
-- severity: critical
-- category: plausible_counts
-- message: No count of deaths is larger than the births of the same area, period and group.
-- remedy: Compare the row with the extract: columns may be swapped, or births of another area were
--   joined.
-- keys: source_family, area_code, geography_vintage, period_type, period_start, period_end,
--   stratum_type, stratum
-- grain: series × area with live births and a count of deaths
-- inputs: none
SELECT
    source_family, area_code, geography_vintage, period_type, period_start, period_end,
    stratum_type, stratum,
    format('{:.10g} deaths', greatest({deaths_by_age})) AS observed,
    format('at most {:.10g} live births', live_births) AS expected,
    greatest({deaths_by_age}) > live_births
    OR coalesce(perinatal_deaths > live_births + stillbirths, FALSE) AS offends
FROM ({wide_counts}) AS w
WHERE live_births IS NOT NULL
    AND coalesce({deaths_by_age}) IS NOT NULL
