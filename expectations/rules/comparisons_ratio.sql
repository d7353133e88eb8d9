-- rule: COMPARISONS-RATIO
-- tables: published.comparisons
-- check: contract
-- severity: critical
-- category: recomputation
-- message: Ratio and difference are those to the rate of the area that the row is compared with,
--   which is of the same comparison, and lie within their limits; what still differs is said.
-- remedy: Rebuild the tables with imr run --only '+published/comparisons'.
-- keys: measure, gestation_from, area_code, window_type, period_start, period_end
-- grain: row that is compared
-- inputs: none
SELECT
    c.measure, c.gestation_from, c.area_code, c.window_type, c.period_start, c.period_end,
    format('ratio {}, difference {}', c.rate_ratio, c.rate_difference) AS observed,
    format('ratio {}, difference {}', c.rate / o.rate, c.rate - o.rate) AS expected,
    NOT coalesce(
        c.reference_rate = o.rate
        AND abs(c.rate_difference - (c.rate - o.rate)) <= 1e-9
        AND coalesce(abs(c.rate_ratio - c.rate / o.rate) <= 1e-9, o.rate = 0)
        AND coalesce(c.rate_ratio BETWEEN c.rate_ratio_lower_95 AND c.rate_ratio_upper_95, TRUE)
        AND c.still_differs <> '', FALSE
    ) AS offends
FROM {relation} AS c
LEFT JOIN {relation} AS o
    ON o.comparison_id = c.comparison_id AND o.area_code = c.reference_area_code
WHERE c.value_status IN ('ok', 'unreliable') AND c.reference_area_code <> c.area_code
