-- Grain: vintage × row × measured column of Tables 1, 2, 3, 10, 21 and 25 of a child mortality
-- (death cohort) workbook.
-- Inputs: staging.ons_child_mortality, boundary_lookup (vintage_id, year, area_code,
-- geography_vintage).
-- Deaths are counted in the year in which they occurred. Totals over deciles leave out records
-- without a small area, totals over ages of mothers repeat Table 1 and deaths without a linked
-- birth have no mother's age: only the groups are taken. Deciles of England and of Wales are of two
-- indices; each stands on its own nation and is never added up. Table 2 counts the United Kingdom,
-- Scotland and Northern Ireland as their own offices do with residents elsewhere.
SELECT
    'ons_child_mortality' AS staging_table,
    c.source_column AS column_key,
    CASE WHEN left(c.area_code, 3) IN ('K02', 'S92', 'N92') THEN 'UK' ELSE 'EW' END AS country,
    'ons_occurrence' AS source_family,
    CASE
        WHEN c.table_number IN ('1', '10') THEN 'K04000001, J99000001'
        WHEN c.table_number = '21' THEN 'E92000001'
        WHEN c.table_number = '25' THEN 'W92000004'
        ELSE c.area_code
    END AS area_code,
    CASE WHEN c.area_code IS NULL THEN 'EW' ELSE b.geography_vintage END AS geography_vintage,
    'year' AS period_type,
    make_date(CAST(c.year AS BIGINT), 1, 1) AS period_start,
    make_date(CAST(c.year AS BIGINT), 12, 31) AS period_end,
    CASE
        WHEN c.imd_decile IS NOT NULL THEN 'deprivation_decile'
        WHEN c.age_of_mother IS NOT NULL THEN 'age_of_mother'
        WHEN c.sex <> 'All' THEN 'sex'
        ELSE 'all'
    END AS stratum_type,
    CASE stratum_type
        WHEN 'deprivation_decile' THEN c.imd_decile
        WHEN 'age_of_mother' THEN replace(c.age_of_mother, 'Not stated', 'not_stated')
        WHEN 'sex' THEN lower(c.sex)
        ELSE 'all'
    END AS stratum,
    c.value,
    c.raw_text,
    f.raw_text AS flag_text,
    1 AS rounded_to,
    FALSE AS is_provisional,
    c.dataset_id,
    c.vintage_id,
    c.source_sheet,
    c.source_row,
    c.source_column
FROM staging.ons_child_mortality AS c
LEFT JOIN boundary_lookup AS b
    ON c.vintage_id = b.vintage_id AND c.year = b.year AND c.area_code = b.area_code
LEFT JOIN staging.ons_child_mortality AS f
    ON c.vintage_id = f.vintage_id
    AND c.source_sheet = f.source_sheet
    AND c.source_row = f.source_row
    AND lower(f.source_column) IN (
        lower(c.source_column) || ' | reliability',
        regexp_replace(
            lower(c.source_column), '( mortality)? rate$', ''
        ) || ' unreliable indicator'
    )
WHERE c.imd_decile IS DISTINCT FROM 'Total'
    AND coalesce(c.age_of_mother NOT IN ('All', 'Unlinked deaths'), TRUE)
