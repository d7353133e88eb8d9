-- rule: RATES-WINDOWS
-- tables: rates.rates, published.rates
-- check: contract
-- severity: critical
-- category: recomputation
-- message: Numerator and denominator of a window are the sums of the annual ones inside it, where
--   it is not a figure that the producer prints for several years together.
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
-- A figure that the producer prints for several years together is its own, beside those of the
-- years: it has no rates of years to take the mean of.
WHERE years_shown = years AND (window_type <> 'pooled' OR mean_of_rates IS NOT NULL)
