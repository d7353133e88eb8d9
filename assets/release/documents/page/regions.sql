-- Grain: one row per region of England of the newest window of one or three years (of two that end
-- together, the longer), with England's rate of the same series.
-- Inputs: published.rates.
WITH regions AS (
    SELECT * FROM published.rates
    WHERE measure = 'infant_mortality'
        AND stratum_type = 'all'
        AND window_type IN ('annual', 'rolling_3_year')
        AND area_type = 'region'
        AND country = 'EW'
        AND is_preferred
        AND value_status IN ('ok', 'unreliable')
)

SELECT
    r.area_code,
    r.area_name,
    r.source_family,
    r.period,
    r.numerator,
    r.rate,
    r.decimals,
    r.ci_lower_95,
    r.ci_upper_95,
    r.value_status,
    r.compared_with_nation,
    n.rate AS nation_rate,
    n.decimals AS nation_decimals
FROM regions AS r
LEFT JOIN published.rates AS n
    ON n.area_code = 'E92000001'
    AND n.measure = r.measure
    AND n.stratum_type = 'all'
    AND n.window_type = r.window_type
    AND n.source_family = r.source_family
    AND n.period_start = r.period_start
    AND n.period_end = r.period_end
    AND n.value_status IN ('ok', 'unreliable')
QUALIFY dense_rank() OVER (ORDER BY r.period_end DESC, r.period_start) = 1
ORDER BY r.rate DESC, r.area_name
