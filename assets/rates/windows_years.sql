-- Grain: one row per series × window of 1, 2, 3 or 5 calendar years, for every end year of the
-- series.
-- Inputs: rate_atoms (period_type year).
-- Every year between the first and the last has one row, so the row before is the year before and a
-- gap is never bridged: a sum over an absent count is null, and complete says how many years have
-- both.
-- Months are numbered year × 12 + month − 1, here and in the other windows.
CREATE OR REPLACE TEMP TABLE rate_years AS
WITH years AS (
    SELECT
        series_id, year(period_end) AS year, numerator, denominator, reason,
        -- 1: a count is withheld, 2: a count is provisional.
        CAST(
            CASE WHEN withheld THEN 1 ELSE 0 END | CASE WHEN provisional THEN 2 ELSE 0 END
            AS UTINYINT
        ) AS flags,
        CAST(numerator IS NOT NULL AND denominator IS NOT NULL AS UTINYINT) AS present,
        CASE WHEN denominator > 0 THEN numerator / denominator END AS ratio
    FROM rate_atoms
    WHERE period_type = 'year'
),

gaps AS (
    SELECT series_id, unnest(generate_series(min(year), max(year))) AS year
    FROM years
    GROUP BY series_id
    HAVING max(year) - min(year) + 1 > count(*)
)

SELECT * FROM years
UNION ALL BY NAME
SELECT
    g.series_id, g.year, 'no figures for the year' AS reason, CAST(0 AS UTINYINT) AS flags,
    CAST(0 AS UTINYINT) AS present
FROM gaps AS g
ANTI JOIN years AS y USING (series_id, year);

CREATE OR REPLACE TEMP TABLE rate_windows AS
WITH back AS MATERIALIZED (
    SELECT
        series_id, year, reason,
        numerator AS n0, lag(numerator, 1) OVER s AS n1, lag(numerator, 2) OVER s AS n2,
        lag(numerator, 3) OVER s AS n3, lag(numerator, 4) OVER s AS n4,
        denominator AS d0, lag(denominator, 1) OVER s AS d1, lag(denominator, 2) OVER s AS d2,
        lag(denominator, 3) OVER s AS d3, lag(denominator, 4) OVER s AS d4,
        ratio AS r0, lag(ratio, 1) OVER s AS r1, lag(ratio, 2) OVER s AS r2,
        lag(ratio, 3) OVER s AS r3, lag(ratio, 4) OVER s AS r4,
        flags AS f0, lag(flags, 1, 0) OVER s AS f1, lag(flags, 2, 0) OVER s AS f2,
        lag(flags, 3, 0) OVER s AS f3, lag(flags, 4, 0) OVER s AS f4,
        present AS p0, lag(present, 1, 0) OVER s AS p1, lag(present, 2, 0) OVER s AS p2,
        lag(present, 3, 0) OVER s AS p3, lag(present, 4, 0) OVER s AS p4
    FROM rate_years
    WINDOW s AS (PARTITION BY series_id ORDER BY year)
)

SELECT
    series_id, 'annual' AS window_type, year * 12 + 11 AS last_month, 12 AS months, 1 AS parts,
    n0 AS numerator, d0 AS denominator,
    CAST(p0 AS BIGINT) AS complete,
    f0 & 1 = 1 AS withheld, f0 & 2 = 2 AS provisional,
    reason, CAST(NULL AS DOUBLE) AS mean_ratio
FROM back
UNION ALL
SELECT
    series_id, 'rolling_2_year', year * 12 + 11, 24, 2,
    n0 + n1, d0 + d1,
    CAST(p0 + p1 AS BIGINT),
    (f0 | f1) & 1 = 1, (f0 | f1) & 2 = 2,
    reason, (r0 + r1) / 2
FROM back
UNION ALL
SELECT
    series_id, 'rolling_3_year', year * 12 + 11, 36, 3,
    n0 + n1 + n2, d0 + d1 + d2,
    CAST(p0 + p1 + p2 AS BIGINT),
    (f0 | f1 | f2) & 1 = 1, (f0 | f1 | f2) & 2 = 2,
    reason, (r0 + r1 + r2) / 3
FROM back
UNION ALL
SELECT
    series_id, 'rolling_5_year', year * 12 + 11, 60, 5,
    n0 + n1 + n2 + n3 + n4, d0 + d1 + d2 + d3 + d4,
    CAST(p0 + p1 + p2 + p3 + p4 AS BIGINT),
    (f0 | f1 | f2 | f3 | f4) & 1 = 1, (f0 | f1 | f2 | f3 | f4) & 2 = 2,
    reason, (r0 + r1 + r2 + r3 + r4) / 5
FROM back;
