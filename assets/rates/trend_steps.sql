-- Grain: one row per series × pair of windows one year apart: annual, and 12 months ending.
-- Inputs: rates.rates, core.series_breaks, method_policies; the macros of change.sql.
-- Windows of 12 months are compared with the same end a year earlier only: nearer ones share
-- months.
CREATE OR REPLACE TEMP TABLE trend_steps AS
WITH listed AS (
    SELECT
        r.*,
        CAST(split_part(r.rate_text, ' ', 1) AS DECIMAL(18, 6)) AS printed,
        CASE p.interval WHEN 'nchs' THEN 1 WHEN 'wilson' THEN -1 ELSE 0 END AS births_vary
    FROM rates.rates AS r
    JOIN method_policies AS p
        ON p.source_family = r.source_family AND p.country = r.country
        AND p.measure = r.measure
        AND r.period_end BETWEEN CAST(p.effective_from AS DATE) AND CAST(p.effective_to AS DATE)
    WHERE r.stratum_type = 'all' AND r.window_type IN ('annual', 'rolling_12_month')
),

paired AS (
    SELECT
        n.source_family, n.country, n.area_code, n.area_name, n.area_type, n.geography_vintage,
        n.measure, n.window_type, o.births_vary AS births_vary0, n.births_vary AS births_vary1,
        o.period_start, n.period_end, o.rate AS rate_start, n.rate AS rate_end,
        o.value_status AS status_start, n.value_status AS status_end,
        o.numerator AS d0, o.denominator AS b0, n.numerator AS d1, n.denominator AS b1,
        o.ci_lower_95 AS lower0, o.ci_upper_95 AS upper0,
        n.ci_lower_95 AS lower1, n.ci_upper_95 AS upper1,
        sign(n.printed - o.printed) AS direction,
        b.first_year IS NOT NULL AS is_broken
    FROM listed AS n
    JOIN listed AS o
        ON o.source_family = n.source_family AND o.measure = n.measure
        AND o.area_code = n.area_code AND o.geography_vintage = n.geography_vintage
        AND o.window_type = n.window_type
        AND o.period_end = last_day(n.period_end - INTERVAL 1 YEAR)
    LEFT JOIN (
        SELECT DISTINCT source_family, measure, area_code, first_year FROM core.series_breaks
    ) AS b
        ON b.source_family = n.source_family AND b.measure = n.measure
        AND b.area_code IN ('*', n.area_code)
        AND b.first_year > year(o.period_start) AND b.first_year <= year(n.period_end)
    -- A series that has the calendar year does not need the 12 months ending in December.
    QUALIFY row_number() OVER (
        PARTITION BY n.source_family, n.measure, n.area_code, n.geography_vintage,
            o.period_start, n.period_end
        ORDER BY n.window_type
    ) = 1
),

judged AS (
    SELECT
        *,
        CASE
            WHEN is_broken THEN 'series_break'
            WHEN 'series_break' IN (status_start, status_end) THEN 'series_break'
            WHEN 'suppressed' IN (status_start, status_end) THEN 'suppressed'
            WHEN 'missing' IN (status_start, status_end) THEN 'missing'
            WHEN 'incomplete_window' IN (status_start, status_end) THEN 'incomplete_window'
            WHEN 'unreliable' IN (status_start, status_end) THEN 'unreliable'
            ELSE 'ok'
        END AS value_status
    FROM paired
),

tested AS (
    SELECT
        *,
        value_status IN ('ok', 'unreliable') AS is_shown,
        CASE
            WHEN NOT is_shown THEN 'none'
            ELSE change_test(d0, d1)
        END AS test,
        CASE
            WHEN test = 'z'
                THEN change_z(rate_start, d0, b0, births_vary0, rate_end, d1, b1, births_vary1)
        END AS z,
        row_number() OVER s AS position
    FROM judged
    WINDOW s AS (
        PARTITION BY source_family, measure, area_code, geography_vintage, window_type,
            month(period_end)
        ORDER BY period_end
    )
)

SELECT
    * EXCLUDE (rate_start, rate_end),
    CASE WHEN is_shown THEN rate_start END AS rate_start,
    CASE WHEN is_shown THEN rate_end END AS rate_end,
    CASE
        WHEN NOT is_shown THEN NULL
        ELSE coalesce(position - max(turned) OVER s, position)
    END AS run_length
FROM (
    SELECT
        *,
        CASE
            WHEN NOT is_shown OR direction = 0 THEN position
            WHEN lag(direction) OVER o IS DISTINCT FROM direction
                OR NOT lag(is_shown) OVER o
                OR lag(period_end) OVER o <> last_day(period_end - INTERVAL 1 YEAR)
                THEN position - 1
        END AS turned
    FROM tested
    WINDOW o AS (
        PARTITION BY source_family, measure, area_code, geography_vintage, window_type,
            month(period_end)
        ORDER BY period_end
    )
)
WINDOW s AS (
    PARTITION BY source_family, measure, area_code, geography_vintage, window_type,
        month(period_end)
    ORDER BY period_end
    ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
);
