-- Grain: one row per series × window that carries a number: the extracts that its counts come from
-- (rate_vintages). Series whose counts come from the same extracts in the same periods, as all
-- groups and areas of one export do, are worked out once (rate_alike).
-- Inputs: rate_values, rate_atoms.
-- A window of years stands on counts of years, one of twelve months on any other counts, and one
-- that the producer prints in one figure on that figure.
CREATE OR REPLACE TEMP TABLE rate_alike AS
WITH stands_on AS (
    SELECT
        series_id,
        list((period_type, period_start, period_end, vintages)
            ORDER BY period_type, period_start, period_end) AS parts
    FROM rate_atoms
    GROUP BY series_id
)

SELECT unnest(list(series_id)) AS series_id, min(series_id) AS alike
FROM stands_on
GROUP BY parts;

CREATE OR REPLACE TEMP TABLE rate_vintages AS
WITH windows AS (
    SELECT DISTINCT
        l.alike, v.window_type, v.last_month, v.months, v.period_start, v.period_end,
        -- Only sums of years have a mean of yearly rates.
        v.window_type = 'pooled' AND v.mean_of_rates IS NULL AS is_printed
    FROM rate_values AS v
    JOIN rate_alike AS l USING (series_id)
    WHERE v.value_status IN ('ok', 'unreliable')
),

parts AS (
    SELECT DISTINCT
        w.alike, w.window_type, w.last_month, w.months, w.is_printed,
        unnest(a.vintages) AS vintage_id
    FROM windows AS w
    JOIN rate_atoms AS a
        ON a.series_id = w.alike
        AND a.period_start >= w.period_start AND a.period_end <= w.period_end
        AND CASE
            WHEN w.is_printed
                THEN a.period_type = 'several_years'
                    AND a.period_start = w.period_start AND a.period_end = w.period_end
            ELSE (a.period_type = 'year') = (w.window_type <> 'rolling_12_month')
        END
)

SELECT
    alike, window_type, last_month, months, is_printed,
    string_agg(vintage_id, ' ' ORDER BY vintage_id) AS vintages
FROM parts
GROUP BY alike, window_type, last_month, months, is_printed;
