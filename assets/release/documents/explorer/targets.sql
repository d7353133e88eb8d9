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
WHERE gap IS NOT NULL
QUALIFY row_number() OVER (
    PARTITION BY area_code, measure, window_type, target_id
    ORDER BY period_end DESC, source_family, geography_vintage DESC
) = 1
ORDER BY area_code, measure, window_type, target_id
