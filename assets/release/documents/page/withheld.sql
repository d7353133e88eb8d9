-- Grain: one row per kind of area and series of infant mortality: the newest annual window, and how
-- many areas have a figure, one on few deaths, none because it is withheld, or none at all.
-- Inputs: published.suppression.
SELECT
    source_family,
    country,
    area_type,
    geography_vintage,
    CAST(year(period_end) AS VARCHAR) AS period,
    cells,
    cells_shown,
    cells_unreliable,
    cells_suppressed,
    cells_without_figures
FROM published.suppression
WHERE measure = 'infant_mortality' AND window_type = 'annual' AND cells > 0
QUALIFY row_number() OVER (
    PARTITION BY country, area_type
    ORDER BY cells_shown + cells_suppressed > 0 DESC, period_end DESC,
        geography_vintage DESC, cells_shown DESC, source_family
) = 1
ORDER BY country DESC, cells DESC, area_type
