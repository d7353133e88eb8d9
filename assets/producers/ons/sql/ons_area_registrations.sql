-- Grain: vintage × row × measured column of the workbooks 'Deaths registered by area' and 'Births
-- by area'.
-- Inputs: staging.ons_area_registrations, ew_name_lookup (label, area_code), boundary_lookup.
-- Deaths are counted in the year in which they were registered; births in the year in which they
-- occurred.
-- The editions up to 2012 print an unreliable rate in italics; later ones print a mark in a column
-- without header. Scotland and Northern Ireland are left out: their rates stand on denominators
-- that these workbooks do not give.
SELECT
    'ons_area_registrations' AS staging_table,
    r.subject || ':' || r.source_column AS column_key,
    CASE WHEN coalesce(r.area_code, n.area_code) = 'K02000001' THEN 'UK' ELSE 'EW' END AS country,
    'ons_registration' AS source_family,
    coalesce(r.area_code, n.area_code) AS area_code,
    b.geography_vintage,
    'year' AS period_type,
    make_date(CAST(r.year AS BIGINT), 1, 1) AS period_start,
    make_date(CAST(r.year AS BIGINT), 12, 31) AS period_end,
    'all' AS stratum_type,
    'all' AS stratum,
    r.value,
    r.raw_text,
    CASE WHEN f.raw_text = 'italic' THEN 'u' ELSE f.raw_text END AS flag_text,
    1 AS rounded_to,
    r.area_text LIKE '%P' AS is_provisional,
    r.dataset_id,
    r.vintage_id,
    r.source_sheet,
    r.source_row,
    r.source_column
FROM staging.ons_area_registrations AS r
LEFT JOIN staging.ons_area_registrations AS f
    ON r.vintage_id = f.vintage_id
    AND r.source_sheet = f.source_sheet
    AND r.source_row = f.source_row
    AND f.source_column = r.source_column || ' | reliability'
LEFT JOIN ew_name_lookup AS n ON lower(r.area_name) = n.label
LEFT JOIN boundary_lookup AS b
    ON r.vintage_id = b.vintage_id
    AND r.year = b.year
    AND coalesce(r.area_code, n.area_code) = b.area_code
WHERE coalesce(r.area_code, n.area_code) NOT IN ('S92000003', 'N92000002')
