-- Grain: one row for all rates: how many carry a number, stand on few events, or carry none, and
-- why.
-- Inputs: published.rates.
SELECT
    count(*) AS cells,
    count(*) FILTER (value_status IN ('ok', 'unreliable')) AS shown,
    count(*) FILTER (value_status = 'unreliable') AS unreliable,
    count(*) FILTER (value_status = 'suppressed') AS withheld,
    count(*) FILTER (value_status = 'missing') AS missing,
    count(*) FILTER (value_status = 'incomplete_window') AS incomplete,
    count(*) FILTER (value_status = 'series_break') AS broken
FROM published.rates
