-- Grain: span of consecutive years without a break × year, for spans of 5 years and more.
-- Inputs: rates.rates, core.series_breaks.
-- Every whole stretch between gaps and breaks, and the last 10 and 5 years of the latest stretch.
CREATE OR REPLACE TEMP TABLE trend_points AS
WITH years AS (
    SELECT
        source_family, country, area_code, area_name, area_type, geography_vintage, measure,
        year(period_end) AS year, numerator AS deaths, denominator AS births, rate, value_status
    FROM rates.rates
    WHERE stratum_type = 'all' AND window_type = 'annual' AND rate IS NOT NULL
),

marked AS (
    SELECT
        y.*,
        y.year - row_number() OVER (
            PARTITION BY source_family, measure, area_code, geography_vintage ORDER BY year
        ) AS stretch,
        (
            SELECT count(*) FROM core.series_breaks AS b
            WHERE b.source_family = y.source_family AND b.measure = y.measure
                AND b.area_code IN ('*', y.area_code) AND b.first_year <= y.year
        ) AS basis
    FROM years AS y
),

sized AS (
    SELECT
        *,
        count(*) OVER w AS size,
        row_number() OVER (w ORDER BY year DESC) AS from_end,
        max(year) OVER w = max(year) OVER (
            PARTITION BY source_family, measure, area_code, geography_vintage
        ) AS is_latest
    FROM marked
    WINDOW w AS (
        PARTITION BY source_family, measure, area_code, geography_vintage, stretch, basis
    )
),

spans AS (
    SELECT *, size AS points FROM sized WHERE size >= 5
    UNION ALL
    SELECT s.*, p.points
    FROM sized AS s
    JOIN (VALUES (5), (10)) AS p(points) ON s.from_end <= p.points AND s.size > p.points
    WHERE s.is_latest
)

SELECT
    dense_rank() OVER (
        ORDER BY source_family, measure, area_code, geography_vintage, stretch, basis, points
    ) AS span_id,
    * EXCLUDE (stretch, basis, size, from_end, is_latest)
FROM spans;
