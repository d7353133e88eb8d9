-- rule: CORE-PROVISIONAL
-- tables: core.observations
-- check: plausibility
-- severity: warning
-- category: revision
-- message: Provisional counts are within 5 percent of the final count of the same area and period
--   (8 percent in the District of Columbia, whose provisional births of 2020 were 6 percent short).
-- remedy: Look at both vintages; a provisional month may be incomplete.
-- keys: area_code, period_start, period_end, measure, source_family
-- grain: area × period × measure × final series beside a provisional sum of 12 months
-- inputs: none
WITH provisional AS (
    SELECT area_code, period_start, period_end, measure, value
    FROM {relation}
    WHERE source_family = 'nchs_provisional'
        AND period_type IN ('12_months_ending', 'year')
        AND stratum_type = 'all'
        AND status = 'ok'
    UNION ALL
    SELECT
        area_code,
        make_date(year(period_start), 1, 1),
        make_date(year(period_start), 12, 31),
        measure,
        sum(value)
    FROM {relation}
    WHERE source_family = 'nchs_provisional'
        AND period_type = 'month'
        AND stratum_type = 'all'
        AND status = 'ok'
    GROUP BY area_code, year(period_start), measure
    HAVING count(*) = 12
)

SELECT
    p.area_code,
    p.period_start,
    p.period_end,
    p.measure,
    f.source_family,
    format('provisional {:.10g}', p.value) AS observed,
    format('final {:.10g}', f.value) AS expected,
    abs(p.value - f.value)
        > f.value * CASE p.area_code WHEN 'US-DC' THEN 0.08 ELSE 0.05 END AS offends
FROM provisional AS p
JOIN {relation} AS f
    ON p.area_code = f.area_code
    AND p.measure = f.measure
    AND p.period_start = f.period_start
    AND p.period_end = f.period_end
WHERE f.source_family IN ('nchs_linked', 'nchs_mortality')
    AND f.period_type = 'year'
    AND f.stratum_type = 'all'
    AND f.status = 'ok'
    AND NOT f.is_provisional
