-- Grain: vintage × area row of Tables 1 and 2 of a birth registrations workbook, mothers of all
-- ages.
-- Inputs: staging.ons_birth_registrations, boundary_lookup.
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
    'all' AS stratum_type,
    'all' AS stratum,
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
FROM staging.ons_birth_registrations AS r
LEFT JOIN boundary_lookup AS b
    ON r.vintage_id = b.vintage_id AND r.year = b.year AND r.area_code = b.area_code
LEFT JOIN staging.ons_birth_registrations AS f
    ON r.vintage_id = f.vintage_id
    AND r.source_sheet = f.source_sheet
    AND r.source_row = f.source_row
    AND lower(f.source_column) = 'unreliable indicator'
WHERE r.table_number = '2'
    AND lower(r.age_of_mother) = 'all ages'
