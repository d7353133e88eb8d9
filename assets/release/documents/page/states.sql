-- Grain: one row per state (and the District of Columbia) of the newest annual or three-year window
-- in which half of the states that ever have a figure have one, with the nation's rate of the same
-- series.
-- Inputs: published.rates.
WITH states AS (
    SELECT * FROM published.rates
    WHERE measure = 'infant_mortality'
        AND stratum_type = 'all'
        AND window_type = $window
        AND area_type = 'state'
        AND country = 'US'
        AND is_preferred
),

newest AS (
    SELECT period_end FROM states
    GROUP BY period_end
    HAVING 2 * count(DISTINCT area_code) FILTER (value_status IN ('ok', 'unreliable')) >= (
        SELECT count(DISTINCT area_code) FROM states WHERE value_status IN ('ok', 'unreliable')
    )
    AND count(*) FILTER (value_status IN ('ok', 'unreliable')) > 0
    ORDER BY period_end DESC
    LIMIT 1
)

SELECT
    s.area_code,
    s.area_name,
    s.source_family,
    s.period,
    s.numerator,
    s.rate,
    s.decimals,
    s.ci_lower_95,
    s.ci_upper_95,
    s.value_status,
    s.status_reason,
    s.compared_with_nation,
    n.area_name AS nation_name,
    n.rate AS nation_rate,
    n.decimals AS nation_decimals
FROM states AS s
JOIN newest USING (period_end)
LEFT JOIN published.rates AS n
    ON n.area_code = 'US'
    AND n.measure = s.measure
    AND n.stratum_type = 'all'
    AND n.window_type = s.window_type
    AND n.source_family = s.source_family
    AND n.period_start = s.period_start
    AND n.period_end = s.period_end
    AND n.value_status IN ('ok', 'unreliable')
ORDER BY s.rate DESC NULLS LAST, s.area_name
