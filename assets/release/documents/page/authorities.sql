-- Grain: one row per local authority of England of the newest annual or three-year window (of two
-- that end together, the longer), with half as many areas as the window with most.
-- Inputs: published.rates.
WITH authorities AS (
    SELECT * FROM published.rates
    WHERE measure = 'infant_mortality'
        AND stratum_type = 'all'
        AND window_type IN ('annual', 'rolling_3_year')
        AND area_type IN (SELECT unnest($kinds))
        AND area_code LIKE 'E%'
        AND is_preferred
),

newest AS (
    -- Areas of two boundary sets would hold the same babies twice: one set counts.
    SELECT window_type, period_start, period_end, geography_vintage
    FROM authorities
    GROUP BY ALL
    HAVING 2 * count(DISTINCT area_code) FILTER (value_status IN ('ok', 'unreliable')) >= (
        SELECT max(areas) FROM (
            SELECT count(*) AS areas FROM authorities
            WHERE value_status IN ('ok', 'unreliable')
            GROUP BY window_type, period_start, period_end, geography_vintage
        )
    )
    AND count(*) FILTER (value_status IN ('ok', 'unreliable')) > 0
    ORDER BY period_end DESC, geography_vintage DESC, period_start
    LIMIT 1
)

SELECT
    a.area_code,
    a.area_name,
    a.source_family,
    a.period,
    a.numerator,
    a.denominator,
    a.rate,
    a.rate_per,
    a.decimals,
    a.ci_lower_95,
    a.ci_upper_95,
    a.value_status,
    a.status_reason,
    a.compared_with_nation,
    n.rate AS nation_rate,
    n.decimals AS nation_decimals
FROM authorities AS a
JOIN newest USING (window_type, period_start, period_end, geography_vintage)
LEFT JOIN published.rates AS n
    ON n.area_code = 'E92000001'
    AND n.measure = a.measure
    AND n.stratum_type = 'all'
    AND n.window_type = a.window_type
    AND n.source_family = a.source_family
    AND n.period_start = a.period_start
    AND n.period_end = a.period_end
    AND n.value_status IN ('ok', 'unreliable')
ORDER BY a.rate DESC NULLS LAST, a.area_name
