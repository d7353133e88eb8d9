-- Grain: vintage × row × measured column of a CDC WONDER export that gives one figure per area,
-- period and at most two characteristics of mother or infant; of an export by age of infant, one
-- row per complete age span instead.
-- Inputs: staging.nchs_wonder, core.vintages (published_at), fips_lookup (fips, area_code),
-- row_strata (vintage_id, source_row, stratum_type, stratum: the rows of which counts are made),
-- age_lookup (age_of_infant, first_hour, end_hour), span_lookup (measure, first_hour, end_hour).
-- Total rows are left out: they repeat the rows above them. The counties of a state that are not
-- identified (SS999) are an area of their own, and so are the regions that WONDER prints. Whoever
-- exports chooses multiplier and decimals of the rates; the decimals are those of the longest rate
-- in the file.
-- A figure is of a month, of a year, or of several years together with the bounds that the query
-- states; the last one is never split. What the producer calls partial is no period, and a year or
-- month of a database that goes on ('through Last Month') is one from the March, or the second
-- month, after it: before that, its records are still coming in.
-- Deaths of a span are the sum of its ages, where the export has every hour of it: one hidden or
-- suppressed age leaves the span without a number. Of several exports the one that needs fewest
-- ages is used, since weighted deaths are printed rounded and small ages are suppressed. Ages not
-- stated belong to no span, which is why infant deaths are a sum of ages in the mortality files
-- only, where every infant has an age. By age and by cause the births beside the deaths are those
-- of all infants.
WITH dated AS (
    SELECT
        w.* EXCLUDE (month_code),
        s.stratum_type,
        s.stratum,
        -- A month without its year is a characteristic.
        CASE WHEN w.year_code IS NOT NULL THEN w.month_code END AS month_code,
        CASE
            WHEN w.month_code IS NOT NULL AND w.year_code IS NOT NULL THEN 'month'
            WHEN w.year_code IS NOT NULL OR w.first_year = w.last_year THEN 'year'
            ELSE 'several_years'
        END AS period_type,
        w.database_label ILIKE '%through last %' AS goes_on,
        try_cast(left(v.published_at, 10) AS DATE) AS asked_on
    FROM staging.nchs_wonder AS w
    JOIN row_strata AS s ON w.vintage_id = s.vintage_id AND w.source_row = s.source_row
    LEFT JOIN core.vintages AS v ON w.vintage_id = v.vintage_id
    WHERE w.row_type = 'data'
        AND coalesce(CAST(w.year_code AS BIGINT), w.first_year) IS NOT NULL
        AND coalesce(CAST(w.year_code AS BIGINT), w.last_year) IS NOT NULL
        AND coalesce(w.year NOT ILIKE '%partial%', TRUE)
        AND coalesce(w.month NOT ILIKE '%partial%', TRUE)
),

bounded AS (
    SELECT
        *,
        make_date(
            coalesce(CAST(year_code AS BIGINT), first_year),
            coalesce(CAST(month_code AS BIGINT), 1), 1
        ) AS period_start,
        last_day(make_date(
            coalesce(CAST(year_code AS BIGINT), last_year),
            coalesce(CAST(month_code AS BIGINT), 12), 1
        )) AS period_end,
        coalesce(
            county_code, state_code, census_division_code, census_region_code, hhs_region_code, '00'
        ) AS fips
    FROM dated
),

usable AS (
    SELECT *
    FROM bounded
    WHERE NOT goes_on
        OR asked_on >= CASE period_type
            WHEN 'month' THEN period_end + INTERVAL 1 MONTH
            ELSE period_end + INTERVAL 2 MONTH
        END
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
    FROM usable AS r
    JOIN age_lookup AS a ON r.age_of_infant = a.age_of_infant
    JOIN span_lookup AS s ON a.first_hour >= s.first_hour AND a.end_hour <= s.end_hour
    WHERE r.source_column IN ('Deaths', 'Death Rate')
        AND (s.measure <> 'infant_deaths' OR r.database_kind = 'mortality')
    GROUP BY ALL
    HAVING sum(a.end_hour - a.first_hour) = any_value(s.end_hour - s.first_hour)
),

measured AS (
    SELECT
        * EXCLUDE (age_of_infant, age_of_infant_code),
        database_kind || ':' || source_column AS column_key
    FROM usable
    WHERE age_of_infant IS NULL
    UNION ALL BY NAME
    SELECT
        * EXCLUDE (measure, ages),
        CASE source_column
            WHEN 'Deaths' THEN measure
            ELSE measure || ':' || source_column
        END AS column_key
    FROM by_span
    -- A rate of several ages is printed nowhere.
    WHERE source_column = 'Deaths' OR ages = 1
    QUALIFY ages = min(ages) OVER (
        PARTITION BY
            database_kind, fips, period_type, period_start, period_end, stratum_type, stratum,
            measure, source_column
    )
    UNION ALL BY NAME
    SELECT
        * EXCLUDE (age_of_infant, age_of_infant_code),
        database_kind || ':' || source_column AS column_key
    FROM usable
    WHERE age_of_infant IS NOT NULL AND source_column = 'Births' AND value IS NOT NULL
    WINDOW same_births AS (
        PARTITION BY vintage_id, fips, period_type, period_start, period_end, stratum_type, stratum
    )
    QUALIFY
        source_row = min(source_row) OVER same_births
        AND min(value) OVER same_births = max(value) OVER same_births
)

SELECT
    'nchs_wonder' AS staging_table,
    w.column_key,
    'US' AS country,
    CASE w.database_kind
        WHEN 'linked' THEN 'nchs_linked'
        ELSE 'nchs_mortality'
    END AS source_family,
    f.area_code,
    'US' AS geography_vintage,
    w.period_type,
    w.period_start,
    w.period_end,
    w.stratum_type,
    w.stratum,
    w.value,
    w.raw_text,
    CAST(NULL AS VARCHAR) AS flag_text,
    w.rates_per,
    max(length(split_part(CAST(w.value AS VARCHAR), '.', 2))) OVER (
        PARTITION BY w.vintage_id, w.source_column
    ) AS printed_decimals,
    1 AS rounded_to,
    CASE
        WHEN w.year ILIKE '%provisional%' THEN TRUE
        WHEN w.year ILIKE '%final%' THEN FALSE
        WHEN w.period_type = 'several_years' THEN w.goes_on
        ELSE w.database_label ILIKE '%provisional natality%'
    END AS is_provisional,
    w.dataset_id,
    w.vintage_id,
    w.source_sheet,
    w.source_row,
    w.source_column
FROM measured AS w
LEFT JOIN fips_lookup AS f ON w.fips = f.fips
