-- Grain: one row per series × window of 1, 2, 3 or 5 calendar years within the span of the series.
-- Inputs: rate_atoms (of years; of other periods, whether there are figures).
-- The span of a series goes from its first to its last year with figures, shown or withheld. A year
-- within it is a row, also where nothing is known of it. A window of several years is a row where
-- it begins and ends with a year with figures: one that begins before, ends after, or ends in a gap
-- could never carry a number; one with a gap in its middle stays, with its status.
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
        withheld OR (numerator IS NOT NULL AND denominator IS NOT NULL) AS held,
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
    CAST(0 AS UTINYINT) AS present, FALSE AS held
FROM gaps AS g
ANTI JOIN years AS y USING (series_id, year);

-- A series that never has a figure keeps its last year, which says why. Counts of a year without
-- births are there to be added up, but they are no figure: nothing can be divided by them.
CREATE OR REPLACE TEMP TABLE rate_spans AS
WITH ever AS (
    SELECT DISTINCT series_id
    FROM rate_atoms
    WHERE withheld OR (numerator IS NOT NULL AND denominator > 0)
)

SELECT
    y.series_id,
    min(y.year) FILTER (y.held OR e.series_id IS NULL AND y.is_last) AS first_year,
    max(y.year) FILTER (y.held OR e.series_id IS NULL AND y.is_last) AS last_year
FROM (
    SELECT *, year = max(year) OVER (PARTITION BY series_id) AS is_last FROM rate_years
) AS y
LEFT JOIN ever AS e USING (series_id)
GROUP BY y.series_id;

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
        lag(present, 3, 0) OVER s AS p3, lag(present, 4, 0) OVER s AS p4,
        held AS h0, lag(held, 1) OVER s AS h1, lag(held, 2) OVER s AS h2,
        lag(held, 4) OVER s AS h4,
        lag(reason, 1) OVER s AS q1, lag(reason, 2) OVER s AS q2, lag(reason, 3) OVER s AS q3
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
JOIN rate_spans USING (series_id)
WHERE year BETWEEN first_year AND last_year
UNION ALL
SELECT
    series_id, 'rolling_2_year', year * 12 + 11, 24, 2,
    n0 + n1, d0 + d1,
    CAST(p0 + p1 AS BIGINT),
    (f0 | f1) & 1 = 1, (f0 | f1) & 2 = 2,
    reason, (r0 + r1) / 2
FROM back
WHERE h0 AND h1
UNION ALL
SELECT
    series_id, 'rolling_3_year', year * 12 + 11, 36, 3,
    n0 + n1 + n2, d0 + d1 + d2,
    CAST(p0 + p1 + p2 AS BIGINT),
    (f0 | f1 | f2) & 1 = 1, (f0 | f1 | f2) & 2 = 2,
    CASE WHEN (f0 | f1 | f2) & 1 = 1 THEN reason ELSE coalesce(reason, q1) END,
    (r0 + r1 + r2) / 3
FROM back
WHERE h0 AND h2
UNION ALL
SELECT
    series_id, 'rolling_5_year', year * 12 + 11, 60, 5,
    n0 + n1 + n2 + n3 + n4, d0 + d1 + d2 + d3 + d4,
    CAST(p0 + p1 + p2 + p3 + p4 AS BIGINT),
    (f0 | f1 | f2 | f3 | f4) & 1 = 1, (f0 | f1 | f2 | f3 | f4) & 2 = 2,
    CASE
        WHEN (f0 | f1 | f2 | f3 | f4) & 1 = 1 THEN reason
        ELSE coalesce(reason, q1, q2, q3)
    END,
    (r0 + r1 + r2 + r3 + r4) / 5
FROM back
WHERE h0 AND h4;
