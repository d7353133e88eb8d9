-- Grain: vintage × row × count column of a local CSV extract.
-- Inputs: staging.local_counts, country_lookup (area_code, country), boundary_lookup.
-- Extracts of health departments are a series of their own. The national maternal deaths belong to
-- the mortality files, so that the maternal rate stands on the same births as the infant rate of
-- that series.
SELECT
    'local_counts' AS staging_table,
    l.source_column AS column_key,
    c.country,
    CASE l.dataset_id
        WHEN 'nchs_maternal_deaths' THEN 'nchs_mortality'
        ELSE 'state_extract'
    END AS source_family,
    l.area AS area_code,
    CASE c.country WHEN 'US' THEN 'US' ELSE b.geography_vintage END AS geography_vintage,
    'year' AS period_type,
    make_date(CAST(l.year AS BIGINT), 1, 1) AS period_start,
    make_date(CAST(l.year AS BIGINT), 12, 31) AS period_end,
    l.stratum_type,
    l.stratum,
    l.value,
    l.raw_text,
    CAST(NULL AS VARCHAR) AS flag_text,
    1 AS rounded_to,
    FALSE AS is_provisional,
    l.dataset_id,
    l.vintage_id,
    l.source_sheet,
    l.source_row,
    l.source_column
FROM staging.local_counts AS l
LEFT JOIN country_lookup AS c ON l.area = c.area_code
LEFT JOIN boundary_lookup AS b
    ON l.vintage_id = b.vintage_id AND l.year = b.year AND l.area = b.area_code
