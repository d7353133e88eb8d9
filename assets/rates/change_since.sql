-- Grain: source_family × measure × area: the change between two windows of the same kind.
-- Inputs: rates.rates. Parameters: kind of window, last day of the earlier and of the later window.
SELECT
    n.source_family, n.measure, n.area_code, n.geography_vintage, n.stratum_type, n.stratum,
    o.period_end AS earlier_end, n.period_end AS later_end,
    o.rate AS earlier_rate, n.rate AS later_rate,
    100 * (n.rate - o.rate) / nullif(o.rate, 0) AS change_percent,
    100 * (CAST(n.rate_display AS DOUBLE) - CAST(o.rate_display AS DOUBLE))
        / nullif(CAST(o.rate_display AS DOUBLE), 0) AS change_of_printed_percent
FROM rates.rates AS n
JOIN rates.rates AS o USING (
    source_family, measure, area_code, geography_vintage, stratum_type, stratum, window_type
)
WHERE n.window_type = $window_type AND n.period_end = $later AND o.period_end = $earlier
    AND n.rate IS NOT NULL AND o.rate IS NOT NULL
    AND n.window_type <> 'pooled'
ORDER BY ALL
