-- rule: DISPARITIES-RATIO
-- tables: rates.disparities, published.disparities
-- check: contract
-- severity: critical
-- category: recomputation
-- message: Ratio and difference are those of the two rates, and their limits bracket them.
-- remedy: Rebuild the disparities.
-- keys: source_family, measure, area_code, geography_vintage, stratum_type, stratum,
--   reference_stratum, window_type, period_start, period_end
-- grain: pair of groups with both rates
-- inputs: none
SELECT
    source_family, measure, area_code, geography_vintage, stratum_type, stratum, reference_stratum,
    window_type, period_start, period_end,
    format(
        'ratio {}, difference {}',
        coalesce(CAST(rate_ratio AS VARCHAR), '-'),
        coalesce(CAST(rate_difference AS VARCHAR), '-')
    ) AS observed,
    format(
        '{} and {} with limits around them',
        CAST(rate / nullif(reference_rate, 0) AS VARCHAR),
        CAST(rate - reference_rate AS VARCHAR)
    ) AS expected,
    coalesce(abs(rate_ratio - rate / nullif(reference_rate, 0)) > 1e-9 * rate_ratio, FALSE)
    OR coalesce(abs(rate_difference - (rate - reference_rate)) > 1e-9 * greatest(rate, 1), FALSE)
    OR coalesce(rate_ratio NOT BETWEEN rate_ratio_lower_95 AND rate_ratio_upper_95, FALSE)
    OR coalesce(
        rate_difference NOT BETWEEN rate_difference_lower_95 AND rate_difference_upper_95, FALSE
    ) AS offends
FROM {relation}
WHERE rate IS NOT NULL AND reference_rate IS NOT NULL
