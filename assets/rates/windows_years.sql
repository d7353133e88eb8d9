-- Grain: one row per series × window of 1, 2, 3 or 5 calendar years, for every end year of the series.
-- Inputs: rate_atoms (period_type year).
-- Every year between the first and the last has a row, and the frames are RANGE frames on the year:
-- a gap is never bridged. The counts of complete years say whether the sum may be used.
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
    g.series_id, g.year, 'no figures for the year' AS reason, CAST(0 AS UTINYINT) AS flags
FROM gaps AS g
ANTI JOIN years AS y USING (series_id, year);

CREATE OR REPLACE TEMP TABLE rate_windows AS
WITH wide AS MATERIALIZED (
    SELECT
        series_id, year, numerator, denominator, flags, reason,
        sum(numerator) OVER w2 AS numerator_2,
        sum(denominator) OVER w2 AS denominator_2,
        least(count(numerator) OVER w2, count(denominator) OVER w2) AS complete_2,
        bit_or(flags) OVER w2 AS flags_2,
        (ratio + lag(ratio) OVER s) / 2 AS mean_2,
        sum(numerator) OVER w3 AS numerator_3,
        sum(denominator) OVER w3 AS denominator_3,
        least(count(numerator) OVER w3, count(denominator) OVER w3) AS complete_3,
        bit_or(flags) OVER w3 AS flags_3,
        (ratio + lag(ratio) OVER s + lag(ratio, 2) OVER s) / 3 AS mean_3,
        sum(numerator) OVER w5 AS numerator_5,
        sum(denominator) OVER w5 AS denominator_5,
        least(count(numerator) OVER w5, count(denominator) OVER w5) AS complete_5,
        bit_or(flags) OVER w5 AS flags_5,
        (
            ratio + lag(ratio) OVER s + lag(ratio, 2) OVER s + lag(ratio, 3) OVER s
            + lag(ratio, 4) OVER s
        ) / 5 AS mean_5
    FROM rate_years
    WINDOW
        s AS (PARTITION BY series_id ORDER BY year),
        w2 AS (PARTITION BY series_id ORDER BY year RANGE BETWEEN 1 PRECEDING AND CURRENT ROW),
        w3 AS (PARTITION BY series_id ORDER BY year RANGE BETWEEN 2 PRECEDING AND CURRENT ROW),
        w5 AS (PARTITION BY series_id ORDER BY year RANGE BETWEEN 4 PRECEDING AND CURRENT ROW)
)
SELECT
    series_id, 'annual' AS window_type, year * 12 + 11 AS last_month, 12 AS months, 1 AS parts,
    CAST(numerator AS HUGEINT) AS numerator, CAST(denominator AS HUGEINT) AS denominator,
    CAST(numerator IS NOT NULL AND denominator IS NOT NULL AS BIGINT) AS complete,
    flags & 1 = 1 AS withheld, flags & 2 = 2 AS provisional, reason,
    CAST(NULL AS DOUBLE) AS mean_ratio
FROM wide
UNION ALL
SELECT
    series_id, 'rolling_2_year', year * 12 + 11, 24, 2,
    numerator_2, denominator_2, complete_2,
    flags_2 & 1 = 1, flags_2 & 2 = 2, reason, mean_2
FROM wide
UNION ALL
SELECT
    series_id, 'rolling_3_year', year * 12 + 11, 36, 3,
    numerator_3, denominator_3, complete_3,
    flags_3 & 1 = 1, flags_3 & 2 = 2, reason, mean_3
FROM wide
UNION ALL
SELECT
    series_id, 'rolling_5_year', year * 12 + 11, 60, 5,
    numerator_5, denominator_5, complete_5,
    flags_5 & 1 = 1, flags_5 & 2 = 2, reason, mean_5
FROM wide;
