-- Grain: one row per series, area ('*' for all) and boundary set ('*' for all) of the rates of one
-- side, with its first and last day; only for series that were added or withdrawn somewhere.
-- Inputs: the rates of the side; release_differences.
WITH asked AS (
    SELECT DISTINCT source_family, measure
    FROM release_differences
    WHERE change IN ('added', 'withdrawn') AND source_family IS NOT NULL
)

SELECT
    source_family,
    measure,
    coalesce(area_code, '*') AS area_code,
    coalesce(geography_vintage, '*') AS geography_vintage,
    min(period_start) AS first_day,
    max(period_end) AS last_day
FROM {rates}
SEMI JOIN asked USING (source_family, measure)
GROUP BY GROUPING SETS (
    (source_family, measure),
    (source_family, measure, area_code),
    (source_family, measure, area_code, geography_vintage)
)
