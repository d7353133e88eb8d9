-- rule: COMPARISONS-COMPLETE
-- tables: published.comparisons
-- check: contract
-- severity: critical
-- category: completeness
-- message: Every comparison of a calendar year is of one measure, of the same weeks and the same
--   year, and has a row of every nation that the release knows.
-- remedy: Rebuild the tables with imr run --only '+published/comparisons'.
-- keys: comparison_id
-- grain: comparison of a calendar year
-- inputs: core.areas
WITH known AS (
    SELECT
        count(DISTINCT left(area_code, 9)) FILTER (
            area_code IN ('US', 'E92000001', 'W92000004')
            OR area_code IN ('K04000001', 'K04000001, J99000001')
        ) AS nations
    FROM core.areas
)

SELECT
    c.comparison_id,
    format(
        '{} nations, {} measures, weeks and periods',
        count(DISTINCT left(c.area_code, 9)) FILTER (c.area_type IN ('country', 'country_group')),
        count(DISTINCT (c.measure, c.gestation_from, c.period_start, c.period_end))
    ) AS observed,
    format('{} nations, 1 measure, weeks and period', any_value(k.nations)) AS expected,
    count(DISTINCT (c.measure, c.gestation_from, c.period_start, c.period_end)) <> 1
    OR count(DISTINCT left(c.area_code, 9)) FILTER (c.area_type IN ('country', 'country_group'))
        <> any_value(k.nations) AS offends
FROM {relation} AS c
CROSS JOIN known AS k
WHERE c.window_type = 'annual'
GROUP BY c.comparison_id
