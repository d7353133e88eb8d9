-- Grain: one row per series, area ('*' for all) and last day of a window of the rates of one side;
-- only for series that were added somewhere.
-- Inputs: the rates of the side; release_differences.
WITH asked AS (
    SELECT DISTINCT source_family, measure
    FROM release_differences
    WHERE change = 'added' AND source_family IS NOT NULL
)

SELECT source_family, measure, coalesce(area_code, '*') AS area_code, period_end
FROM {rates}
SEMI JOIN asked USING (source_family, measure)
GROUP BY GROUPING SETS (
    (source_family, measure, period_end),
    (source_family, measure, area_code, period_end)
)
