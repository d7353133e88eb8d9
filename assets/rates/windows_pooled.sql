-- Grain: adds to rate_windows one row per series × set of years: those that are declared, and those
-- of which the producer prints one figure.
-- Inputs: core.pools, rate_series, rate_years, rate_atoms (period type several_years).
-- A pool is a row where it begins and ends with a year with figures, as windows of years are.
-- A printed figure of several years is a window of its own: it is not split and not added to years.
-- Where the years themselves are all there for the same window, their sum is used.
INSERT INTO rate_windows BY NAME
WITH pools AS (
    SELECT DISTINCT source_family, area_code, first_year, last_year FROM core.pools
),

declared AS (
    SELECT DISTINCT s.series_id, p.first_year, p.last_year
    FROM pools AS p
    JOIN rate_series AS s
        ON s.source_family = p.source_family
        AND (p.area_code = '*' OR p.area_code = s.area_code)
    WHERE s.series_id IN (SELECT series_id FROM rate_years)
),

summed AS (
    SELECT
        p.series_id, 'pooled' AS window_type, p.last_year * 12 + 11 AS last_month,
        (p.last_year - p.first_year + 1) * 12 AS months,
        p.last_year - p.first_year + 1 AS parts,
        sum(y.numerator) AS numerator,
        sum(y.denominator) AS denominator,
        least(count(y.numerator), count(y.denominator)) AS complete,
        bit_or(y.flags) & 1 = 1 AS withheld,
        bit_or(y.flags) & 2 = 2 AS provisional,
        max(y.reason) AS reason,
        sum(y.ratio ORDER BY y.year) / parts AS mean_ratio
    FROM declared AS p
    LEFT JOIN rate_years AS y
        ON y.series_id = p.series_id AND y.year BETWEEN p.first_year AND p.last_year
    GROUP BY p.series_id, p.first_year, p.last_year
    HAVING bool_or(y.held AND y.year = p.first_year) AND bool_or(y.held AND y.year = p.last_year)
),

printed AS (
    SELECT
        series_id, 'pooled' AS window_type, year(period_end) * 12 + 11 AS last_month,
        date_diff('month', period_start, period_end) + 1 AS months,
        1 AS parts, numerator, denominator,
        CAST(numerator IS NOT NULL AND denominator IS NOT NULL AS BIGINT) AS complete,
        withheld, provisional, reason, CAST(NULL AS DOUBLE) AS mean_ratio
    FROM rate_atoms
    WHERE period_type = 'several_years'
        AND (withheld OR (numerator IS NOT NULL AND denominator IS NOT NULL))
)

SELECT * EXCLUDE (choice)
FROM (SELECT 1 AS choice, * FROM summed UNION ALL BY NAME SELECT 2 AS choice, * FROM printed)
-- What is printed as withheld is not rebuilt from years, and an unfinished sum stands back.
QUALIFY row_number() OVER (
    PARTITION BY series_id, last_month, months
    ORDER BY (choice = 2 AND coalesce(withheld, FALSE)) DESC, (complete = parts) DESC, choice
) = 1;
