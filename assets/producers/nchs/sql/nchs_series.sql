-- Grain: vintage × record of a national NCHS series that prints a mortality rate under one year of
-- age.
-- Inputs: staging.nchs_series, stratum_lookup (stratum_type, label, stratum).
-- epev-k6ss and ddsk-zebd set deaths of the mortality files against live births, to 1932 in the
-- birth registration area only. By race the births are those of the child's race to 1979 and of the
-- mother's since, so that earlier rates stand for no group of ours. jqwm-z2g9 prints estimates of
-- quarters and of the 12 months ending with one; its rates by cause are for counts that the
-- provisional files do not give.
WITH rates AS (
    SELECT
        *,
        trim(indicator) AS label,
        CAST(left(period, 4) AS BIGINT) AS year,
        CASE WHEN period LIKE '% Q_' THEN CAST(right(period, 1) AS BIGINT) ELSE 4 END AS quarter,
        dataset_id = 'nchs_vsrr_quarterly' AS is_quarterly
    FROM staging.nchs_series
    WHERE (dataset_id = 'nchs_rates_1915' AND source_column = 'Mortality Rate')
        OR (
            dataset_id = 'nchs_rates_by_race_1915'
            AND source_column = 'Infant Mortality Rate'
            AND (lower(trim(indicator)) = 'all races' OR left(period, 4) >= '1980')
        )
        OR (
            dataset_id = 'nchs_vsrr_quarterly'
            AND source_column = 'Rate'
            AND unit ILIKE 'per 1,000 %births'
        )
),

dated AS (
    SELECT
        *,
        CASE
            WHEN NOT is_quarterly THEN 'year'
            WHEN time_period = 'Quarterly' THEN 'quarter'
            ELSE '12_months_ending'
        END AS period_type,
        last_day(make_date(year, 3 * quarter, 1)) AS period_end,
        CASE
            WHEN dataset_id = 'nchs_rates_by_race_1915' AND lower(label) <> 'all races'
                THEN 'race_bridged'
            ELSE 'all'
        END AS stratum_type,
        CASE stratum_type WHEN 'all' THEN 'all' ELSE lower(label) END AS group_label
    FROM rates
)

SELECT
    'nchs_series' AS staging_table,
    CASE d.dataset_id
        WHEN 'nchs_rates_by_race_1915' THEN d.dataset_id || ':' || d.source_column
        ELSE d.dataset_id || ':' || d.label
    END AS column_key,
    'US' AS country,
    CASE
        WHEN d.is_quarterly THEN 'nchs_provisional'
        ELSE 'nchs_mortality'
    END AS source_family,
    'US' AS area_code,
    'US' AS geography_vintage,
    d.period_type,
    CASE d.period_type
        WHEN 'quarter' THEN CAST(date_trunc('month', d.period_end - INTERVAL 2 MONTH) AS DATE)
        ELSE CAST(d.period_end + INTERVAL 1 DAY - INTERVAL 1 YEAR AS DATE)
    END AS period_start,
    d.period_end,
    d.stratum_type,
    s.stratum,
    d.value,
    d.raw_text,
    CAST(NULL AS VARCHAR) AS flag_text,
    1 AS rounded_to,
    d.is_quarterly AS is_provisional,
    d.dataset_id,
    d.vintage_id,
    d.source_sheet,
    d.source_row,
    d.source_column
FROM dated AS d
JOIN (
    SELECT stratum_type, label, stratum FROM stratum_lookup
    UNION ALL
    SELECT 'all', 'all', 'all'
) AS s ON d.stratum_type = s.stratum_type AND d.group_label = s.label
