-- One row per new extract and series of its producer, where nothing says which cells it states.
-- Inputs: new_vintages, series_after.
SELECT DISTINCT
    s.source_family,
    CAST(NULL AS VARCHAR) AS area_code,
    CAST(NULL AS DATE) AS period_start,
    CAST(NULL AS DATE) AS period_end,
    v.vintage_id
FROM new_vintages AS v
JOIN series_after AS s ON starts_with(s.source_family, v.source)
