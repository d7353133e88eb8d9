-- Grain: one row per group of areas × window: what its areas are compared with.
-- Inputs: rate_values.
-- Empirical Bayes: Marshall (1991), global, as spdep EBest and esda Empirical_Bayes compute it:
-- mean is the pooled rate of the group, spread its variance between areas beyond chance.
-- Fractions are added as decimals, so that the sum does not depend on the order of the threads.
CREATE OR REPLACE TEMP TABLE rate_averages AS
WITH shown AS (
    SELECT
        group_id, window_type, last_month, months, numerator AS deaths, denominator AS births
    FROM rate_values
    WHERE group_id IS NOT NULL AND numerator IS NOT NULL
),
sums AS (
    SELECT
        group_id, window_type, last_month, months,
        count(*) AS areas,
        CAST(sum(CAST(births AS DECIMAL(38, 6))) AS DOUBLE) AS births,
        CAST(sum(CAST(deaths AS DECIMAL(38, 6))) AS DOUBLE) AS deaths
    FROM shown
    GROUP BY ALL
    HAVING count(*) >= 2
),
averages AS (
    SELECT *, deaths / births AS mean FROM sums
),
squares AS (
    SELECT
        s.group_id, s.window_type, s.last_month, s.months,
        CAST(sum(
            CAST(s.births * (s.deaths / s.births - a.mean) ** 2 AS DECIMAL(38, 18))
        ) AS DOUBLE) AS total
    FROM shown AS s
    JOIN averages AS a USING (group_id, window_type, last_month, months)
    GROUP BY ALL
)
SELECT
    group_id, window_type, last_month, months, a.mean,
    greatest(0, s.total / a.births - a.mean / (a.births / a.areas)) AS spread
FROM averages AS a
JOIN squares AS s USING (group_id, window_type, last_month, months);
