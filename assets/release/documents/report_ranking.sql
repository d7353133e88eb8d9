-- Grain: one row per ranked state of the newest ranking of infant mortality, with the limits of its
-- rate.
-- Inputs: published.rankings, published.rates.
WITH newest AS (
    SELECT * FROM published.rankings
    WHERE measure = 'infant_mortality' AND area_type = 'state' AND rank IS NOT NULL
        AND value_status IN ('ok', 'unreliable')
    QUALIFY dense_rank() OVER (
        ORDER BY period_end DESC, period_start, source_family, rank_on DESC, geography_vintage
    ) = 1
)

SELECT
    k.rank,
    k.area_name,
    k.rate,
    r.ci_lower_95,
    r.ci_upper_95,
    k.source_family,
    k.period_start,
    k.period_end
FROM newest AS k
LEFT JOIN published.rates AS r
    ON r.source_family = k.source_family
    AND r.measure = k.measure
    AND r.area_code = k.area_code
    AND r.geography_vintage = k.geography_vintage
    AND r.stratum_type = 'all'
    AND r.window_type = k.window_type
    AND r.period_start = k.period_start
    AND r.period_end = k.period_end
ORDER BY k.rank, k.area_name
