-- Grain: one row per target: how many states of the newest year are at or below it, above it, and
-- on too few deaths to say so.
-- Inputs: published.targets.
WITH states AS (
    SELECT target_id, is_met, value_status, period
    FROM published.targets
    WHERE target_kind = 'target'
        AND window_type = 'annual'
        AND area_type = 'state'
        AND area_code <> 'US-DC'
        AND is_preferred
        AND value_status IN ('ok', 'unreliable')
    QUALIFY dense_rank() OVER (PARTITION BY target_id ORDER BY period_end DESC) = 1
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
