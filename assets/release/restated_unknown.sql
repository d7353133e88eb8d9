-- Grain: one row per new extract and series of its producer, where nothing says which cells it
-- states.
-- Inputs: new_vintages, families_after.
SELECT
    f.source_family,
    '*' AS area_code,
    CAST(NULL AS DATE) AS period_start,
    CAST(NULL AS DATE) AS period_end,
    v.vintage_id
FROM new_vintages AS v
JOIN families_after AS f
    -- The local format can carry figures of any series.
    ON list_contains(v.families, f.source_family)
