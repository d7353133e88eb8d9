-- Grain: adds to rate_windows one row per series × declared set of years.
-- Inputs: core.pools, rate_series, rate_years.
INSERT INTO rate_windows BY NAME
WITH pools AS (
    SELECT DISTINCT source_family, area_code, first_year, last_year FROM core.pools
),
spans AS (
    SELECT DISTINCT s.series_id, p.first_year, p.last_year
    FROM pools AS p
    JOIN rate_series AS s
        ON s.source_family = p.source_family
        AND (p.area_code = '*' OR p.area_code = s.area_code)
    WHERE s.series_id IN (SELECT series_id FROM rate_years)
)
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
FROM spans AS p
LEFT JOIN rate_years AS y
    ON y.series_id = p.series_id AND y.year BETWEEN p.first_year AND p.last_year
GROUP BY p.series_id, p.first_year, p.last_year;
