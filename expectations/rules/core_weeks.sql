-- rule: CORE-WEEKS
-- tables: core.observations
-- check: plausibility
-- severity: warning
-- category: conservation
-- message: Babies of known weeks of gestation, of unknown weeks and deaths that are linked to no
--   birth together are those of the total.
-- remedy: Compare the rows by weeks with the row of the total in the extract; a group was left
--   out, or has a label that no group knows.
-- keys: source_family, area_code, geography_vintage, period_type, period_start, period_end, measure
-- grain: series × area × count by weeks that are all there, with a total
-- inputs: none
-- NCHS rounds weighted deaths group by group, by at most half a death in each of about 24 groups.
SELECT
    w.source_family, w.area_code, w.geography_vintage, w.period_type, w.period_start, w.period_end,
    w.measure,
    format('{:.10g}', w.value) AS observed,
    format('{:.10g}', t.value) AS expected,
    abs(w.value - t.value) > if(t.country = 'US', 12, 0.5) AS offends
FROM (
    SELECT
        source_family, area_code, geography_vintage, period_type, period_start, period_end, measure,
        sum(value) AS value
    FROM {relation}
    WHERE stratum_type = 'gestation_from' AND status = 'ok'
        AND stratum IN ('known_weeks', 'unknown_weeks', 'unlinked')
    GROUP BY ALL
    HAVING count(*) FILTER (stratum = 'known_weeks') = 1
        AND count(*) FILTER (stratum = 'unknown_weeks') = 1
) AS w
JOIN {relation} AS t USING (
    source_family, area_code, geography_vintage, period_type, period_start, period_end, measure
)
WHERE t.stratum_type = 'all' AND t.status = 'ok'
