-- rule: CORE-SUM-AREAS
-- tables: core.observations
-- check: contract
-- severity: critical
-- category: conservation
-- message: Counts of areas add up to the area that contains them: local authorities to county, region and country,
--   states to the nation; known parts are never more than the whole.
-- remedy: Compare the members with the extract: a row is missing, was read twice, or sits under the wrong area.
-- keys: source_family, area_code, geography_vintage, period_type, period_start, period_end, measure, stratum_type, stratum
-- grain: series × boundary set × area whose members are all there, or whose known members exceed it
-- inputs: core.areas
SELECT
    * EXCLUDE (status, value, total, members, members_not_ok, parts_not_covered, tolerance),
    format('{} members add up to {:.10g}', members, total) AS observed,
    format('{:.10g} (within {:.4g})', value, tolerance) AS expected,
    CASE
        WHEN members_not_ok = 0 AND parts_not_covered = 0 THEN abs(total - value) > tolerance
        ELSE total > value + tolerance
    END AS offends
FROM ({area_sums}) AS a
WHERE status = 'ok'
