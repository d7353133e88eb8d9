-- Grain: measure × area × kind of trend × span.
-- Inputs: the macros of change.sql; trend_steps, trend_points, trend_fits, trend_tails.
WITH steps AS (
    SELECT
        s.source_family, s.country, s.area_code, s.area_name, s.area_type, s.geography_vintage,
        s.measure, 'year_on_year' AS trend_type, s.period_start, s.period_end, 2 AS points,
        s.rate_start, s.rate_end,
        100 * (s.rate_end / nullif(s.rate_start, 0) - 1) AS change_percent,
        NULL AS change_lower_95, NULL AS change_upper_95, NULL AS dispersion,
        s.test, s.z, t.p_value,
        change_verdict(s.test, s.z, s.lower0, s.upper0, s.lower1, s.upper1) AS verdict,
        s.run_length,
        s.value_status
    FROM trend_steps AS s
    LEFT JOIN trend_tails AS t ON t.z = s.z
    -- Between years of which one has no figure nothing can be said.
    WHERE s.value_status NOT IN ('missing', 'incomplete_window')
),

spans AS (
    SELECT
        span_id, source_family, country, area_code, any_value(area_name) AS area_name,
        any_value(area_type) AS area_type, geography_vintage, measure,
        make_date(min(year), 1, 1) AS period_start, make_date(max(year), 12, 31) AS period_end,
        count(*) AS points, min_by(rate, year) AS rate_start, max_by(rate, year) AS rate_end,
        CASE WHEN bool_or(value_status = 'unreliable') THEN 'unreliable' ELSE 'ok' END
            AS value_status
    FROM trend_points
    GROUP BY ALL
),

fitted AS (
    SELECT
        s.source_family, s.country, s.area_code, s.area_name, s.area_type, s.geography_vintage,
        s.measure, 'log_linear' AS trend_type, s.period_start, s.period_end, s.points,
        s.rate_start, s.rate_end,
        f.change_percent, f.change_lower_95, f.change_upper_95, f.dispersion,
        CASE WHEN f.z IS NULL THEN 'none' ELSE 'quasi_poisson' END AS test,
        f.z, f.p_value,
        CASE
            WHEN f.z IS NULL THEN 'not_tested'
            WHEN f.change_lower_95 > 0 THEN 'significant_rise'
            WHEN f.change_upper_95 < 0 THEN 'significant_fall'
            ELSE 'no_trend'
        END AS verdict,
        NULL AS run_length,
        s.value_status
    FROM spans AS s
    LEFT JOIN trend_fits AS f USING (span_id)
)

SELECT *, '{method_version}' AS method_version FROM steps
UNION ALL BY NAME
SELECT *, '{method_version}' AS method_version FROM fitted
