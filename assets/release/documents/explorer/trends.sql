-- Grain: one row per area, measure, series and kind of trend: the one that ends last, the longest.
-- Inputs: published.trends.
SELECT
    area_code,
    source_family,
    measure,
    trend_type,
    CAST(period_start AS VARCHAR) AS period_start,
    CAST(period_end AS VARCHAR) AS period_end,
    round(change_percent, 1) AS change,
    round(change_lower_95, 1) AS lower,
    round(change_upper_95, 1) AS upper,
    verdict
FROM published.trends
WHERE verdict NOT IN ('not_tested', 'no_trend') AND change_percent IS NOT NULL
QUALIFY row_number() OVER (
    PARTITION BY area_code, source_family, measure, trend_type
    ORDER BY period_end DESC, period_start, geography_vintage DESC
) = 1
ORDER BY area_code, measure, source_family, trend_type
