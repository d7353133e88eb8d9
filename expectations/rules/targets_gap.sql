-- rule: TARGETS-GAP
-- tables: rates.targets, published.targets
-- check: contract
-- severity: critical
-- category: recomputation
-- message: The gap is the rate minus the target.
-- remedy: Rebuild the targets.
-- keys: source_family, measure, area_code, geography_vintage, window_type, period_start,
--   period_end, target_id
-- grain: rate beside a target
-- inputs: none
SELECT
    source_family, measure, area_code, geography_vintage, window_type, period_start, period_end,
    target_id,
    coalesce(CAST(gap AS VARCHAR), 'no gap') AS observed,
    CAST(rate - target_value AS VARCHAR) AS expected,
    abs(gap - (rate - target_value)) > 1e-9 AS offends
FROM {relation}
WHERE rate IS NOT NULL
