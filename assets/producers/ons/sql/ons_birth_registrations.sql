-- Grain: vintage × area row of Table 2 of a birth registrations workbook, mothers of all ages and
-- by age, and nation × decile of Table 9.
-- Inputs: staging.ons_birth_registrations, boundary_lookup, stratum_lookup (stratum_type, label,
-- stratum).
-- Deciles of England and of Wales are of two indices. Births whose mother's age or small area is
-- not known are in the total alone.
WITH grouped AS (
    SELECT
        *,
        CASE
            WHEN table_number = '9' THEN 'deprivation_decile'
            WHEN lower(age_of_mother) <> 'all ages' THEN 'age_of_mother'
            ELSE 'all'
        END AS stratum_type,
        CASE stratum_type
            WHEN 'deprivation_decile' THEN imd_decile
            WHEN 'age_of_mother' THEN lower(age_of_mother)
        END AS label
    FROM staging.ons_birth_registrations
    WHERE table_number = '2' OR table_number = '9'
)

SELECT
    'ons_birth_registrations' AS staging_table,
    r.source_column AS column_key,
    'EW' AS country,
    'ons_occurrence' AS source_family,
    r.area_code,
    b.geography_vintage,
    'year' AS period_type,
    make_date(CAST(r.year AS BIGINT), 1, 1) AS period_start,
    make_date(CAST(r.year AS BIGINT), 12, 31) AS period_end,
    r.stratum_type,
    coalesce(s.stratum, 'all') AS stratum,
    r.value,
    r.raw_text,
    f.raw_text AS flag_text,
    1 AS rounded_to,
    FALSE AS is_provisional,
    r.dataset_id,
    r.vintage_id,
    r.source_sheet,
    r.source_row,
    r.source_column
FROM grouped AS r
LEFT JOIN (SELECT DISTINCT stratum_type, label, stratum FROM stratum_lookup) AS s
    ON r.stratum_type = s.stratum_type AND r.label = s.label
LEFT JOIN boundary_lookup AS b
    ON r.vintage_id = b.vintage_id AND r.year = b.year AND r.area_code = b.area_code
LEFT JOIN staging.ons_birth_registrations AS f
    ON r.vintage_id = f.vintage_id
    AND r.source_sheet = f.source_sheet
    AND r.source_row = f.source_row
    AND lower(f.source_column) = 'unreliable indicator'
WHERE r.stratum_type = 'all' OR s.stratum IS NOT NULL
