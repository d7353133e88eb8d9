-- Grain: printed rate, with the kind of window that a rate of ours for its period has.
-- Inputs: core.printed_rates.
SELECT
    *,
    CASE period_type
        WHEN 'year' THEN 'annual'
        WHEN '12_months_ending' THEN 'rolling_12_month'
    END AS window_type
FROM core.printed_rates
