-- Grain: vintage × row × measured column of Tables 1, 3 and 21 of a child mortality (death cohort) workbook.
-- Inputs: staging.ons_child_mortality, boundary_lookup (vintage_id, year, area_code, geography_vintage).
-- Deaths are counted in the year in which they occurred. The total over deciles leaves out records without a small
-- area, so only the deciles themselves are taken from Table 21.
SELECT
    'ons_child_mortality' AS staging_table,
    c.source_column AS column_key,
    'EW' AS country,
    'ons_occurrence' AS source_family,
    CASE c.table_number
        WHEN '1' THEN 'K04000001, J99000001'
        WHEN '21' THEN 'E92000001'
        ELSE c.area_code
    END AS area_code,
    CASE WHEN c.table_number IN ('1', '21') THEN 'EW' ELSE b.geography_vintage END AS geography_vintage,
    'year' AS period_type,
    make_date(c.year::BIGINT, 1, 1) AS period_start,
    make_date(c.year::BIGINT, 12, 31) AS period_end,
    CASE c.table_number WHEN '21' THEN 'deprivation_decile' ELSE 'all' END AS stratum_type,
    CASE c.table_number WHEN '21' THEN c.imd_decile ELSE 'all' END AS stratum,
    c.value,
    c.raw_text,
    f.raw_text AS flag_text,
    1 AS rounded_to,
    false AS is_provisional,
    c.dataset_id,
    c.vintage_id,
    c.source_sheet,
    c.source_row,
    c.source_column
FROM staging.ons_child_mortality AS c
LEFT JOIN boundary_lookup AS b
    ON c.vintage_id = b.vintage_id AND c.year = b.year AND c.area_code = b.area_code
LEFT JOIN staging.ons_child_mortality AS f
    ON
        c.vintage_id = f.vintage_id
        AND c.source_sheet = f.source_sheet
        AND c.source_row = f.source_row
        AND lower(f.source_column) IN (
            lower(c.source_column) || ' | reliability',
            regexp_extract(lower(c.source_column), '^[a-z]+') || ' unreliable indicator'
        )
WHERE
    c.table_number IN ('1', '3', '21')
    AND (c.table_number <> '21' OR c.imd_decile <> 'Total')
