-- rule: CORE-PERIODS
-- tables: core.observations, core.printed_rates
-- check: contract
-- severity: critical
-- category: periods
-- message: First and last day of a period fit its kind.
-- remedy: Look at how the period of the dataset is read.
-- keys: source_family, period_type, period_start, period_end
-- grain: source_family × period
-- inputs: none
SELECT
    source_family, period_type, period_start, period_end,
    format('{} to {}', period_start, period_end) AS observed,
    period_type AS expected,
    period_end <> CASE period_type
        WHEN 'month' THEN last_day(period_start)
        WHEN 'quarter' THEN CAST(period_start + INTERVAL 3 MONTH - INTERVAL 1 DAY AS DATE)
        WHEN '3_years' THEN CAST(period_start + INTERVAL 3 YEAR - INTERVAL 1 DAY AS DATE)
        WHEN 'several_years'
            THEN make_date(greatest(year(period_end), year(period_start) + 1), 12, 31)
        ELSE CAST(period_start + INTERVAL 1 YEAR - INTERVAL 1 DAY AS DATE)
    END
    OR day(period_start) <> 1
    OR (period_type IN ('year', '3_years', 'several_years') AND month(period_start) <> 1)
    OR (period_type = 'quarter' AND month(period_start) NOT IN (1, 4, 7, 10)) AS offends
FROM (SELECT DISTINCT source_family, period_type, period_start, period_end FROM {relation}) AS p
