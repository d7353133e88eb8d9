-- rule: RATES-QUOTIENT
-- tables: rates.rates, published.rates
-- check: contract
-- severity: critical
-- category: recomputation
-- message: The rate is rate_per times numerator over denominator, to a relative 1e-12.
-- remedy: Rebuild the rates; a number was changed after it was computed.
-- keys: source_family, measure, area_code, geography_vintage, stratum_type, stratum, window_type,
--   period_start, period_end
-- grain: row with a rate
-- inputs: none
SELECT
    source_family, measure, area_code, geography_vintage, stratum_type, stratum, window_type,
    period_start, period_end,
    CAST(rate AS VARCHAR) AS observed,
    CAST(rate_per * numerator / denominator AS VARCHAR) AS expected,
    abs(rate - rate_per * numerator / denominator) > 1e-12 * greatest(abs(rate), 1e-300) AS offends
FROM {relation}
WHERE rate IS NOT NULL
