-- Grain: one row per area, measure, window type and target: its newest figure beside the target.
-- Inputs: published.targets.
SELECT
    area_code,
    source_family,
    measure,
    window_type,
    CAST(period_start AS VARCHAR) AS period_start,
    CAST(period_end AS VARCHAR) AS period_end,
    target_id,
    target_kind,
    target_value,
    round(gap, 2) AS gap,
    is_met,
    value_status
FROM published.targets
WHERE is_latest AND stratum_type = 'all'
ORDER BY area_code, measure, window_type, target_id
