-- rule: RATES-LIMITS
-- tables: rates.rates, published.rates
-- check: contract
-- severity: critical
-- category: intervals
-- message: Limits bracket the rate, and the 99.8 percent limits bracket the 95 percent ones.
-- remedy: Rebuild the rates; look at the method of the limits for that count.
-- keys: source_family, measure, area_code, geography_vintage, stratum_type, stratum, window_type,
--   period_start, period_end
-- grain: row with limits
-- inputs: none
SELECT
    source_family, measure, area_code, geography_vintage, stratum_type, stratum, window_type,
    period_start, period_end,
    format(
        '{} [{}, {}] [{}, {}]',
        CAST(rate AS VARCHAR),
        CAST(ci_lower_95 AS VARCHAR),
        CAST(ci_upper_95 AS VARCHAR),
        coalesce(CAST(ci_lower_998 AS VARCHAR), '-'),
        coalesce(CAST(ci_upper_998 AS VARCHAR), '-')
    ) AS observed,
    'lower 99.8 <= lower 95 <= rate <= upper 95 <= upper 99.8' AS expected,
    coalesce(ci_lower_95 > rate * (1 + 1e-12), rate IS NULL)
    OR coalesce(ci_upper_95 < rate * (1 - 1e-12), rate IS NULL)
    OR coalesce(ci_lower_998 > ci_lower_95 + 1e-12 * rate, FALSE)
    OR coalesce(ci_upper_998 < ci_upper_95 - 1e-12 * rate, FALSE)
    OR (ci_lower_95 IS NULL) <> (ci_upper_95 IS NULL) AS offends
FROM {relation}
WHERE ci_lower_95 IS NOT NULL OR ci_upper_95 IS NOT NULL
