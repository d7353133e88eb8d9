-- rule: RATES-SPAN
-- tables: rates.rates, published.rates
-- check: contract
-- severity: critical
-- category: periods
-- message: A row without a figure lies between the first and the last figure of its series, shown
--   or withheld; a series that never has one has a single row.
-- remedy: Rebuild the rates; look at the spans in assets/rates/windows_years.sql.
-- keys: source_family, measure, area_code, geography_vintage, stratum_type, stratum, window_type,
--   period_start, period_end
-- grain: row without a figure
-- inputs: none
SELECT
    source_family, measure, area_code, geography_vintage, stratum_type, stratum, window_type,
    period_start, period_end,
    format('{} to {}, {}', period_start, period_end, value_status) AS observed,
    coalesce(
        format('within {} to {}', first_day, last_day), 'the only row of the series'
    ) AS expected,
    CASE
        WHEN first_day IS NULL THEN rows_of_series > 1
        ELSE period_start < first_day OR period_end > last_day
    END AS offends
FROM (
    SELECT
        source_family, measure, area_code, geography_vintage, stratum_type, stratum, window_type,
        period_start, period_end, value_status,
        min(period_start) FILTER (value_status IN ('ok', 'unreliable', 'suppressed')) OVER series
            AS first_day,
        max(period_end) FILTER (value_status IN ('ok', 'unreliable', 'suppressed')) OVER series
            AS last_day,
        count(*) OVER series AS rows_of_series
    FROM {relation}
    WINDOW series AS (
        PARTITION BY
            source_family, measure, area_code, geography_vintage, stratum_type, stratum,
            window_type = 'rolling_12_month'
    )
) AS r
WHERE value_status NOT IN ('ok', 'unreliable', 'suppressed')
