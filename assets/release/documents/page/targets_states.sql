-- Grain: one row per target: how many states of the newest year are at or below it, above it, and
-- on too few deaths to say so.
-- Inputs: published.targets, published.rates.
WITH states AS (
    SELECT t.target_id, t.is_met, r.value_status, r.period, t.period_end
    FROM published.targets AS t
    JOIN published.rates AS r
        ON r.source_family = t.source_family
        AND r.area_code = t.area_code
        AND r.geography_vintage = t.geography_vintage
        AND r.measure = t.measure
        AND r.stratum_type = 'all'
        AND r.window_type = t.window_type
        AND r.period_start = t.period_start
        AND r.period_end = t.period_end
    WHERE t.target_kind = 'target'
        AND t.window_type = 'annual'
        AND t.area_type = 'state'
        AND t.area_code <> 'US-DC'
        AND r.is_preferred
        AND r.value_status IN ('ok', 'unreliable')
    QUALIFY dense_rank() OVER (PARTITION BY t.target_id ORDER BY t.period_end DESC) = 1
)

SELECT
    target_id,
    any_value(period) AS period,
    count(*) FILTER (is_met AND value_status = 'ok') AS met,
    count(*) FILTER (NOT is_met AND value_status = 'ok') AS not_met,
    count(*) FILTER (value_status = 'unreliable') AS unreliable
FROM states
GROUP BY target_id
ORDER BY target_id
