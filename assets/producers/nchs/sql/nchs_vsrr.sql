-- Grain: vintage × record of hmz2-vwda that counts births or infant deaths.
-- Inputs: staging.nchs_vsrr, us_name_lookup (label, area_code).
-- National rows are rounded by the producer (births to 1,000, infant deaths to 100); state rows are
-- exact.
WITH dated AS (
    SELECT
        *,
        CAST(strptime(year || ' ' || month || ' 1', '%Y %B %-d') AS DATE) AS month_start
    FROM staging.nchs_vsrr
    WHERE indicator IN ('Number of Live Births', 'Number of Infant Deaths')
)

SELECT
    'nchs_vsrr' AS staging_table,
    d.indicator AS column_key,
    'US' AS country,
    'nchs_provisional' AS source_family,
    n.area_code,
    'US' AS geography_vintage,
    CASE d.period WHEN 'Monthly' THEN 'month' ELSE '12_months_ending' END AS period_type,
    CASE d.period
        WHEN 'Monthly' THEN d.month_start
        ELSE CAST(d.month_start - INTERVAL 11 MONTH AS DATE)
    END AS period_start,
    last_day(d.month_start) AS period_end,
    'all' AS stratum_type,
    'all' AS stratum,
    d.value,
    d.raw_text,
    CAST(NULL AS VARCHAR) AS flag_text,
    CASE
        WHEN d.state <> 'UNITED STATES' THEN 1
        WHEN d.indicator = 'Number of Infant Deaths' THEN 100
        ELSE 1000
    END AS rounded_to,
    TRUE AS is_provisional,
    d.dataset_id,
    d.vintage_id,
    d.source_sheet,
    d.source_row,
    d.source_column
FROM dated AS d
LEFT JOIN us_name_lookup AS n ON lower(d.state) = n.label
