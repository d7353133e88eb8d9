-- Grain: one row per pair of groups of an area, measure and window that carries a ratio.
-- Inputs: published.disparities.
-- Ratios and differences are rounded once, to two decimals.
SELECT
    area_code,
    source_family,
    measure,
    stratum_type,
    stratum,
    reference_stratum,
    window_type,
    CAST(period_start AS VARCHAR) AS period_start,
    CAST(period_end AS VARCHAR) AS period_end,
    value_status,
    round(rate_ratio, 2) AS ratio,
    round(rate_ratio_lower_95, 2) AS ratio_lower,
    round(rate_ratio_upper_95, 2) AS ratio_upper,
    round(rate_difference, 2) AS difference,
    round(rate_difference_lower_95, 2) AS difference_lower,
    round(rate_difference_upper_95, 2) AS difference_upper
FROM published.disparities
WHERE rate_ratio IS NOT NULL
ORDER BY
    area_code, measure, stratum_type, stratum, reference_stratum, window_type, period_end,
    source_family
