-- Grain: one row per kind of area and of window of infant mortality, where anything is withheld of
-- that kind of area: the share that is shown.
-- Inputs: published.suppression_by_window.
SELECT source_family, area_type, geography_vintage, country, window_type, share_shown
FROM published.suppression_by_window
WHERE measure = 'infant_mortality' AND cells_of = 'areas'
    AND area_type <> 'english_local_authorities'
QUALIFY bool_or(cells_withheld > 0) OVER (PARTITION BY source_family, area_type, geography_vintage)
ORDER BY source_family, area_type, geography_vintage, window_type
