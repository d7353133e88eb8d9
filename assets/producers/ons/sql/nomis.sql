-- Grain: vintage × Nomis record of live births, of national and regional infant deaths, or of the
-- population.
-- Inputs: staging.nomis, boundary_lookup, which lacks areas whose successor is in the same extract
-- and year.
-- Live births enter as an independent statement of the births that the workbooks give; deaths
-- registered by area come from the workbooks, because Nomis rounds the cells of local authorities.
SELECT
    'nomis' AS staging_table,
    n.dataset_id || ':' || n.measure_name AS column_key,
    'EW' AS country,
    CASE n.dataset_id
        WHEN 'nomis_deaths' THEN 'ons_registration'
        ELSE 'ons_occurrence'
    END AS source_family,
    n.geography_code AS area_code,
    b.geography_vintage,
    'year' AS period_type,
    make_date(CAST(n.date AS BIGINT), 1, 1) AS period_start,
    make_date(CAST(n.date AS BIGINT), 12, 31) AS period_end,
    'all' AS stratum_type,
    'all' AS stratum,
    n.value,
    n.raw_text,
    CAST(NULL AS VARCHAR) AS flag_text,
    1 AS rounded_to,
    FALSE AS is_provisional,
    n.dataset_id,
    n.vintage_id,
    n.source_sheet,
    n.source_row,
    n.source_column
FROM staging.nomis AS n
JOIN boundary_lookup AS b
    ON n.vintage_id = b.vintage_id AND n.date = b.year AND n.geography_code = b.area_code
WHERE n.is_newest_boundary
    AND n.measures = '20100'
    AND coalesce(n.gender_code, '0') = '0'
    AND (n.dataset_id, coalesce(n.age_code, '0')) IN (
        ('nomis_live_births', '0'), ('nomis_deaths', '1'), ('nomis_population', '200')
    )
