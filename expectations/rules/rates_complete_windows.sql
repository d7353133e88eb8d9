-- rule: RATES-COMPLETE-WINDOWS
-- tables: rates.rates
-- check: contract
-- severity: critical
-- category: completeness
-- message: A window of several years is shown only where every one of its years is there, or the
--   producer prints one figure of all of them.
-- remedy: Rebuild the rates; a gap was bridged.
-- keys: source_family, measure, area_code, geography_vintage, stratum_type, stratum, window_type,
--   period_start, period_end
-- grain: shown window of several years
-- inputs: none
SELECT
    source_family, measure, area_code, geography_vintage, stratum_type, stratum, window_type,
    period_start, period_end,
    format('{} years with figures', years_shown) AS observed,
    format('{} years', years) AS expected,
    years_shown <> years AS offends
FROM ({window_sums}) AS w
-- A figure that the producer prints for several years together has no rates of years to take the
-- mean of.
WHERE w.window_type <> 'pooled' OR w.mean_of_rates IS NOT NULL
