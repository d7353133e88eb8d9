-- Grain: vintage × row × measured column of a CDC WONDER export that gives one figure per area, period and at most
-- one characteristic of mother or infant; of an export by age of infant, one row per complete age span instead.
-- Inputs: staging.nchs_wonder, fips_lookup (fips, area_code), stratum_lookup (stratum_type, label, stratum), age_lookup
-- (age_of_infant, first_hour, end_hour), span_lookup (measure, first_hour, end_hour).
-- Total rows are left out: they repeat the rows above them. Exports that cross two characteristics are left out too:
-- nothing downstream could tell them from totals. The counties of a state that are not identified (SS999) are an area of
-- their own. Whoever exports chooses multiplier and decimals of the rates; the decimals are those of
-- the longest rate in the file.
-- Deaths of a span are the sum of its ages, where the export has every hour of it: one hidden or suppressed age leaves
-- the span without a number. Of several exports the one that needs fewest ages is used, since weighted deaths are
-- printed rounded and small ages are suppressed. Ages not stated belong to no span. By age and by cause the births
-- beside the deaths are those of all infants.
WITH rows_with_one_characteristic AS (
    SELECT
        *,
        CASE
            WHEN county_code IS NOT NULL THEN county_code
            WHEN state_code IS NOT NULL THEN state_code
            ELSE '00'
        END AS fips,
        CASE
            WHEN hispanic_origin IS NOT NULL THEN 'hispanic_origin'
            WHEN race IS NOT NULL AND race_scheme ILIKE '%single%' THEN 'race_single'
            WHEN race IS NOT NULL THEN 'race_bridged'
            WHEN age_of_mother IS NOT NULL THEN 'age_of_mother'
            WHEN sex IS NOT NULL THEN 'sex'
            WHEN cause IS NOT NULL THEN 'cause'
            ELSE 'all'
        END AS stratum_type,
        coalesce(hispanic_origin, race, age_of_mother, sex, cause, 'all') AS label
    FROM staging.nchs_wonder
    WHERE
        row_type = 'data'
        AND year_code IS NOT NULL
        AND month_code IS NULL
        AND database_kind <> 'fetal'
        -- What these split the figures by has no stratum yet: one group is no total.
        AND coalesce(
            census_region_code, census_division_code, hhs_region_code, birth_weight_code,
            gestation_code, prenatal_care_code, education_code, marital_status_code,
            plurality_code, birth_order_code, age_of_father_code, other
        ) IS NULL
        AND (hispanic_origin IS NOT NULL)::INT
        + (race IS NOT NULL)::INT
        + (age_of_mother IS NOT NULL)::INT
        + (sex IS NOT NULL)::INT
        + (cause IS NOT NULL)::INT <= 1
),

by_span AS (
    SELECT
        r.* EXCLUDE (age_of_infant, age_of_infant_code, source_row, value, raw_text),
        s.measure,
        min(r.source_row) AS source_row,
        count(*) AS ages,
        CASE WHEN count(r.value) = count(*) THEN sum(r.value) END AS value,
        coalesce(
            min(r.raw_text) FILTER (WHERE r.value IS NULL),
            CASE WHEN count(*) > 1 THEN 'sum of ' || count(*) || ' ages' ELSE min(r.raw_text) END
        ) AS raw_text
    FROM rows_with_one_characteristic AS r
    INNER JOIN age_lookup AS a ON r.age_of_infant = a.age_of_infant
    INNER JOIN span_lookup AS s ON a.first_hour >= s.first_hour AND a.end_hour <= s.end_hour
    WHERE r.source_column IN ('Deaths', 'Death Rate')
    GROUP BY ALL
    HAVING sum(a.end_hour - a.first_hour) = any_value(s.end_hour - s.first_hour)
),

measured AS (
    SELECT
        * EXCLUDE (age_of_infant, age_of_infant_code),
        database_kind || ':' || source_column AS column_key
    FROM rows_with_one_characteristic
    WHERE age_of_infant IS NULL
    UNION ALL BY NAME
    SELECT
        * EXCLUDE (measure, ages),
        CASE source_column WHEN 'Deaths' THEN measure ELSE measure || ':' || source_column END AS column_key
    FROM by_span
    -- A rate of several ages is printed nowhere.
    WHERE source_column = 'Deaths' OR ages = 1
    QUALIFY ages = min(ages) OVER (PARTITION BY database_kind, fips, year_code, stratum_type, label, measure, source_column)
    UNION ALL BY NAME
    SELECT
        * EXCLUDE (age_of_infant, age_of_infant_code),
        database_kind || ':' || source_column AS column_key
    FROM rows_with_one_characteristic
    WHERE age_of_infant IS NOT NULL AND source_column = 'Births' AND value IS NOT NULL
    WINDOW same_births AS (PARTITION BY vintage_id, fips, year_code, stratum_type, label)
    QUALIFY
        source_row = min(source_row) OVER same_births AND min(value) OVER same_births = max(value) OVER same_births
)

SELECT
    'nchs_wonder' AS staging_table,
    w.column_key,
    'US' AS country,
    CASE w.database_kind WHEN 'linked' THEN 'nchs_linked' ELSE 'nchs_mortality' END AS source_family,
    f.area_code,
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
FROM measured AS w
LEFT JOIN fips_lookup AS f ON w.fips = f.fips
LEFT JOIN stratum_lookup AS s ON w.stratum_type = s.stratum_type AND lower(w.label) = s.label
