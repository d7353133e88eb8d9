-- rule: RATES-WINDOW-LENGTH
-- tables: rates.rates, published.rates
-- check: contract
-- severity: critical
-- category: periods
-- message: First and last day of a window fit its kind.
-- remedy: Rebuild the rates; look at how the windows are dated.
-- keys: window_type, period_start, period_end
-- grain: window
-- inputs: none
SELECT
    window_type, period_start, period_end,
    format('{} months', months) AS observed,
    CASE window_type
        WHEN 'pooled' THEN 'whole calendar years'
        WHEN 'rolling_12_month' THEN '12 whole months'
        ELSE format('{} whole calendar years', years)
    END AS expected,
    day(period_start) <> 1
    OR period_end <> last_day(period_end)
    OR (window_type <> 'rolling_12_month' AND (month(period_start) <> 1 OR months % 12 <> 0))
    OR coalesce(months <> 12 * years, FALSE) AS offends
FROM (
    SELECT DISTINCT
        window_type, period_start, period_end,
        date_diff('month', period_start, period_end) + 1 AS months,
        CASE window_type
            WHEN 'annual' THEN 1
            WHEN 'rolling_12_month' THEN 1
            WHEN 'rolling_2_year' THEN 2
            WHEN 'rolling_3_year' THEN 3
            WHEN 'rolling_5_year' THEN 5
        END AS years
    FROM {relation}
) AS w
