-- Grain: vintage × area × three-year period of a Fingertips export: the rate with the limits and
-- counts beside it.
-- Inputs: staging.fingertips, code_boundary_lookup (area_code, geography_vintage).
-- The counts are OHID's and stay beside the rate; none becomes a count of ours. OHID sets deaths
-- registered in the years against live births of the same years. Old periods are recast on present
-- boundaries, so that a code says more about its boundary set than the years do. Exports give the
-- decimals that they have, four or more; trailing zeros are lost where a spreadsheet was in
-- between, so that four is the least.
WITH cells AS (
    SELECT
        *,
        length(split_part(CAST(value AS VARCHAR), '.', 2)) AS places,
        source_column LIKE '%CI%limit' AS is_limit
    FROM staging.fingertips
    WHERE sex = 'Persons' AND age = '<1 yr'
),

printed AS (
    SELECT
        dataset_id,
        vintage_id,
        source_sheet,
        source_row,
        indicator_id,
        area_code,
        CAST(left(period, 4) AS BIGINT) AS first_year,
        any_value(value_note) AS flag_text,
        max(raw_text) FILTER (source_column = 'Value') AS raw_text,
        max(value) FILTER (source_column = 'Value') AS value,
        max(value) FILTER (source_column = 'Lower CI 95.0 limit') AS ci_lower_95,
        max(value) FILTER (source_column = 'Upper CI 95.0 limit') AS ci_upper_95,
        max(value) FILTER (source_column = 'Lower CI 99.8 limit') AS ci_lower_998,
        max(value) FILTER (source_column = 'Upper CI 99.8 limit') AS ci_upper_998,
        max(value) FILTER (source_column = 'Count') AS numerator,
        max(value) FILTER (source_column = 'Denominator') AS denominator,
        max(places) FILTER (source_column = 'Value') AS places,
        max(places) FILTER (is_limit) AS limit_places
    FROM cells
    GROUP BY ALL
)

SELECT
    'fingertips' AS staging_table,
    p.indicator_id || ':Value' AS column_key,
    'EW' AS country,
    'ons_registration' AS source_family,
    p.area_code,
    b.geography_vintage,
    '3_years' AS period_type,
    make_date(p.first_year, 1, 1) AS period_start,
    make_date(p.first_year + 2, 12, 31) AS period_end,
    'all' AS stratum_type,
    'all' AS stratum,
    p.value,
    p.raw_text,
    p.flag_text,
    greatest(4, max(p.places) OVER (PARTITION BY p.vintage_id)) AS printed_decimals,
    p.ci_lower_95,
    p.ci_upper_95,
    p.ci_lower_998,
    p.ci_upper_998,
    CASE
        WHEN coalesce(p.ci_lower_95, p.ci_upper_95, p.ci_lower_998, p.ci_upper_998) IS NOT NULL
            THEN greatest(4, max(p.limit_places) OVER (PARTITION BY p.vintage_id))
    END AS ci_decimals,
    p.numerator,
    p.denominator,
    1 AS rounded_to,
    FALSE AS is_provisional,
    p.dataset_id,
    p.vintage_id,
    p.source_sheet,
    p.source_row,
    'Value' AS source_column
FROM printed AS p
LEFT JOIN code_boundary_lookup AS b ON p.area_code = b.area_code
