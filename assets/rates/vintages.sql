-- Grain: one row per series × window that carries a number: the extracts that its counts come from.
-- Inputs: rate_values, rate_atoms.
-- A window of years stands on counts of years, one of twelve months on any other counts, and one
-- that the producer prints in one figure on that figure.
CREATE OR REPLACE TEMP TABLE rate_vintages AS
WITH parts AS (
    SELECT w.series_id, w.last_month, w.months, unnest(a.vintages) AS vintage_id
    FROM rate_values AS w
    JOIN rate_atoms AS a
        ON a.series_id = w.series_id
        AND a.period_start >= w.period_start AND a.period_end <= w.period_end
        AND CASE
            -- Only sums of years have a mean of yearly rates.
            WHEN w.window_type = 'pooled' AND w.mean_of_rates IS NULL
                THEN a.period_type = 'several_years'
                    AND a.period_start = w.period_start AND a.period_end = w.period_end
            ELSE (a.period_type = 'year') = (w.window_type <> 'rolling_12_month')
        END
    WHERE w.value_status IN ('ok', 'unreliable')
)

SELECT series_id, last_month, months, string_agg(vintage_id, ' ' ORDER BY vintage_id) AS vintages
FROM (SELECT DISTINCT series_id, last_month, months, vintage_id FROM parts)
GROUP BY series_id, last_month, months;
