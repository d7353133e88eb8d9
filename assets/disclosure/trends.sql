-- Grain: one row per row of rates.trends, with the status after disclosure control.
-- Inputs: rates.trends, disclosure_decisions.
-- A log-linear trend stands on the annual rates of its span, a step on the two windows at its ends,
-- of calendar years or of 12 months: each falls with any that is withheld here, and with its first
-- and last. A run reaches back before the span, over windows that end in the same month.
WITH standing AS (
    SELECT
        t.source_family,
        t.measure,
        t.area_code,
        t.geography_vintage,
        t.trend_type,
        t.period_start,
        t.period_end,
        count(*) FILTER (WHERE y.withheld_here) AS withheld_ever,
        count(*) FILTER (WHERE y.withheld_here AND y.period_start >= t.period_start)
            AS withheld_in_span,
        count(*) FILTER (
            WHERE y.published_status = 'suppressed'
                AND (y.period_start = t.period_start OR y.period_end = t.period_end)
        ) AS suppressed_ends,
        count(DISTINCT y.period_end) FILTER (
            WHERE y.published_status IN ('ok', 'unreliable') AND y.period_start >= t.period_start
        ) AS shown
    FROM rates.trends AS t
    LEFT JOIN disclosure_decisions AS y
        ON y.source_family = t.source_family
        AND y.measure = t.measure
        AND y.area_code = t.area_code
        AND y.geography_vintage = t.geography_vintage
        AND y.stratum_type = 'all'
        AND (
            y.window_type = 'annual'
            OR t.trend_type = 'year_on_year' AND y.window_type = 'rolling_12_month'
        )
        AND month(y.period_end) = month(t.period_end)
        AND y.period_end <= t.period_end
    GROUP BY t.source_family, t.measure, t.area_code, t.geography_vintage, t.trend_type,
        t.period_start, t.period_end
)

SELECT
    t.* EXCLUDE (run_length),
    CASE
        WHEN t.value_status NOT IN ('ok', 'unreliable') THEN t.value_status
        WHEN s.withheld_in_span > 0 OR s.suppressed_ends > 0 THEN 'suppressed'
        WHEN s.shown < t.points THEN 'missing'
        ELSE t.value_status
    END AS published_status,
    CASE WHEN s.withheld_ever > 0 THEN NULL ELSE t.run_length END AS run_length
FROM rates.trends AS t
JOIN standing AS s
    USING (
        source_family, measure, area_code, geography_vintage, trend_type, period_start, period_end
    )
