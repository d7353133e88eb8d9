-- Grain: vintage × row × measured column of a CDC WONDER export that gives one figure per area, period and at most
-- one characteristic of mother or infant.
-- Inputs: staging.nchs_wonder, fips_lookup (fips, area_code), stratum_lookup (stratum_type, label, stratum).
-- Total rows are left out: they repeat the rows above them. Exports that cross two characteristics are left out too:
-- nothing downstream could tell them from totals. Whoever exports chooses multiplier and decimals of the rates; the
-- decimals are those of the longest rate in the file.
WITH rows_with_one_characteristic AS (
    SELECT
        *,
        CASE
            WHEN hispanic_origin IS NOT NULL THEN 'hispanic_origin'
            WHEN race IS NOT NULL AND race_scheme ILIKE '%single%' THEN 'race_single'
            WHEN race IS NOT NULL THEN 'race_bridged'
            WHEN age_of_mother IS NOT NULL THEN 'age_of_mother'
            WHEN sex IS NOT NULL THEN 'sex'
            ELSE 'all'
        END AS stratum_type,
        coalesce(hispanic_origin, race, age_of_mother, sex, 'all') AS label
    FROM staging.nchs_wonder
    WHERE
        row_type = 'data'
        AND year_code IS NOT NULL
        AND month_code IS NULL
        AND county_code IS NULL
        AND age_of_infant IS NULL
        AND cause IS NULL
        AND (hispanic_origin IS NOT NULL)::INT
        + (race IS NOT NULL)::INT
        + (age_of_mother IS NOT NULL)::INT
        + (sex IS NOT NULL)::INT <= 1
)

SELECT
    'nchs_wonder' AS staging_table,
    w.database_kind || ':' || w.source_column AS column_key,
    'US' AS country,
    CASE w.database_kind WHEN 'linked' THEN 'nchs_linked' ELSE 'nchs_mortality' END AS source_family,
    CASE WHEN w.state_code IS NULL THEN 'US' ELSE f.area_code END AS area_code,
    'US' AS geography_vintage,
    'year' AS period_type,
    make_date(w.year_code::BIGINT, 1, 1) AS period_start,
    make_date(w.year_code::BIGINT, 12, 31) AS period_end,
    w.stratum_type,
    coalesce(s.stratum, w.label) AS stratum,
    w.value,
    w.raw_text,
    CAST(NULL AS VARCHAR) AS flag_text,
    w.rates_per,
    max(length(split_part(w.value::VARCHAR, '.', 2))) OVER (
        PARTITION BY w.vintage_id, w.source_column
    ) AS printed_decimals,
    1 AS rounded_to,
    w.year ILIKE '%provisional%' OR w.database_label ILIKE '%provisional natality%' AS is_provisional,
    w.dataset_id,
    w.vintage_id,
    w.source_sheet,
    w.source_row,
    w.source_column
FROM rows_with_one_characteristic AS w
LEFT JOIN fips_lookup AS f ON w.state_code = f.fips
LEFT JOIN stratum_lookup AS s ON w.stratum_type = s.stratum_type AND lower(w.label) = s.label
