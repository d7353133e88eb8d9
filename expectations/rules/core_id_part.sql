-- rule: CORE-ID-PART
-- tables: core.observations
-- check: contract
-- severity: critical
-- category: identity
-- message: A part is never more than the whole: deaths at an age than deaths at a longer age that
--   contains it, stillbirths or early neonatal deaths than perinatal deaths.
-- remedy: Compare the rows with the extract; a column was read under the wrong name, or the ages of
--   a count are wrong.
-- keys: source_family, area_code, geography_vintage, period_type, period_start, period_end,
--   stratum_type, stratum, measure
-- grain: series × area × count with a count that contains it
-- inputs: none
WITH counted AS (
    UNPIVOT ({wide_counts}) AS w ON {count_names} INTO NAME measure VALUE counted
)

SELECT
    source_family, area_code, geography_vintage, period_type, period_start, period_end,
    stratum_type, stratum, p.measure,
    format('{} {:.10g}', replace(p.measure, '_', ' '), p.counted) AS observed,
    format('at most {:.10g} {}', w.counted, replace(w.measure, '_', ' ')) AS expected,
    p.counted > w.counted + p.tolerance AS offends
FROM counted AS p
JOIN ({count_parts}) AS c(part, whole) ON p.measure = c.part
JOIN counted AS w
    USING (
        source_family, area_code, geography_vintage, period_type, period_start, period_end,
        stratum_type, stratum
    )
WHERE w.measure = c.whole
