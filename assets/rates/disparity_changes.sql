-- Grain: one row per pair of groups that has an earlier window to compare with.
-- Inputs: disparity_pairs.
-- The window before is the latest one of the same kind that ends before this one starts: windows
-- that share years are not independent.
CREATE OR REPLACE TEMP TABLE disparity_changes AS
WITH shown AS (
    SELECT * FROM disparity_pairs WHERE is_shown AND window_type <> 'pooled'
)

SELECT
    n.pair_id,
    o.period_end AS previous_period_end,
    CASE WHEN o.rate_ratio > 0 THEN n.rate_ratio / o.rate_ratio END AS ratio_change,
    (ln(nullif(n.rate_ratio, 0)) - ln(nullif(o.rate_ratio, 0)))
        / sqrt(n.ratio_error * n.ratio_error + o.ratio_error * o.ratio_error) AS ratio_z,
    n.rate_difference - o.rate_difference AS difference_change,
    (n.rate_difference - o.rate_difference)
        / nullif(
            sqrt(n.difference_error * n.difference_error + o.difference_error * o.difference_error),
            0
        ) AS difference_z
FROM shown AS n
ASOF JOIN shown AS o
    ON n.source_family = o.source_family AND n.measure = o.measure
    AND n.area_code = o.area_code AND n.geography_vintage = o.geography_vintage
    AND n.stratum_type = o.stratum_type AND n.stratum = o.stratum
    AND n.reference_stratum = o.reference_stratum AND n.window_type = o.window_type
    AND n.period_start > o.period_end;
