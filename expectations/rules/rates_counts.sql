-- rule: RATES-COUNTS
-- tables: rates.rates
-- check: contract
-- severity: critical
-- category: recomputation
-- message: Annual numerators and denominators are the counts of the core layer.
-- remedy: Rebuild the rates; they stand on other counts than those that were checked.
-- keys: source_family, measure, area_code, geography_vintage, stratum_type, stratum, window_type,
--   period_start, period_end
-- grain: shown annual row of an area that core has counts for
-- inputs: core.observations
SELECT
    r.source_family, r.measure, r.area_code, r.geography_vintage, r.stratum_type, r.stratum,
    r.window_type, r.period_start, r.period_end,
    format('{:.10g} / {:.10g}', r.numerator, r.denominator) AS observed,
    format('{:.10g} / {:.10g}', c.numerator, c.denominator) AS expected,
    abs(r.numerator - c.numerator) > 1e-6 OR abs(r.denominator - c.denominator) > 1e-6 AS offends
FROM {relation} AS r
JOIN ({counted_rates}) AS c USING (
    source_family, measure, area_code, geography_vintage, stratum_type, stratum, period_start,
    period_end
)
WHERE r.window_type = 'annual' AND c.period_type = 'year' AND r.value_status IN ('ok', 'unreliable')
