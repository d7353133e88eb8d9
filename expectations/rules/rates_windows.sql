-- rule: RATES-WINDOWS
-- tables: rates.rates, published.rates
-- check: contract
-- severity: critical
-- category: recomputation
-- message: Numerator and denominator of a window are the sums of the annual ones inside it.
-- remedy: Rebuild the rates; a window was summed over other years or areas than it says.
-- keys: source_family, measure, area_code, geography_vintage, stratum_type, stratum, window_type,
--   period_start, period_end
-- grain: shown window of several years whose annual rows are all shown
-- inputs: none
SELECT
    source_family, measure, area_code, geography_vintage, stratum_type, stratum, window_type,
    period_start, period_end,
    format('{:.10g} / {:.10g}', numerator, denominator) AS observed,
    format(
        '{:.10g} / {:.10g}, the sums of {} years', numerator_sum, denominator_sum, years
    ) AS expected,
    abs(numerator - numerator_sum) > 1e-6 OR abs(denominator - denominator_sum) > 1e-6 AS offends
FROM ({window_sums}) AS w
WHERE years_shown = years
