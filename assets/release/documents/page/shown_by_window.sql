-- Grain: one row per kind of window of infant mortality: areas with a figure, and those and the
-- withheld ones, over all years and series in which anything is withheld.
-- Inputs: published.suppression.
WITH of_series AS (
    SELECT
        *,
        bool_or(cells_suppressed > 0) OVER (PARTITION BY source_family) AS is_withheld_in_part
    FROM published.suppression
    WHERE measure = 'infant_mortality' AND area_type <> 'english_local_authorities'
)

SELECT
    window_type,
    CAST(sum(cells_shown) AS BIGINT) AS shown,
    CAST(sum(cells_shown + cells_suppressed) AS BIGINT) AS counted
FROM of_series
WHERE is_withheld_in_part
GROUP BY window_type
HAVING sum(cells_shown + cells_suppressed) > 0
