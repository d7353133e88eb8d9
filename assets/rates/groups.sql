-- Grain: one row per group of areas × window (rate_averages), and what its areas are compared
-- with, their group and their nation.
-- Inputs: rate_values, rate_series, chi_square_limits, core.areas, core.region_members,
-- method_measures.
-- Empirical Bayes: Marshall (1991), global, as spdep EBest and esda Empirical_Bayes compute it:
-- mean is the pooled rate of the group, spread its variance between areas beyond chance. Rates are
-- stabilised where the areas differ by more than chance (chi-square of deaths against the pooled
-- rate, p < 0.05) and are 20 at least; the spread is then above 0.
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
    CASE
        WHEN s.total / nullif(a.mean, 0) > c.upper_05
            THEN s.total / a.births - a.mean / (a.births / a.areas)
    END AS spread
FROM averages AS a
JOIN squares AS s USING (group_id, window_type, last_month, months)
LEFT JOIN chi_square_limits AS c USING (areas);

-- Grain: one row per series of an area within a nation, with the nation's own series. A declared
-- region is within the nation of its members.
CREATE OR REPLACE TEMP TABLE rate_nations AS
WITH RECURSIVE wholes AS (
    SELECT area_code, parent_code AS whole FROM core.areas WHERE parent_code IS NOT NULL
    UNION
    SELECT region_code, member_code FROM core.region_members
),

climbed AS (
    SELECT DISTINCT area_code, area_code AS whole FROM core.areas
    UNION
    SELECT c.area_code, w.whole FROM climbed AS c JOIN wholes AS w ON w.area_code = c.whole
),

nations AS (
    SELECT c.area_code, min(c.whole) AS nation_code
    FROM climbed AS c
    WHERE c.whole <> c.area_code
        AND c.whole IN (SELECT area_code FROM core.areas WHERE area_type = 'country')
    GROUP BY c.area_code
    HAVING count(*) = 1
),

-- Planned in one with the next join, each series would first meet all of its measure.
within AS MATERIALIZED (
    SELECT s.*, a.nation_code FROM rate_series AS s JOIN nations AS a USING (area_code)
)

SELECT s.series_id, n.series_id AS nation_id
FROM within AS s
JOIN rate_series AS n
    ON n.area_code = s.nation_code AND n.source_family = s.source_family
    AND n.measure = s.measure AND n.stratum_type = s.stratum_type AND n.stratum = s.stratum
JOIN method_measures AS m ON m.measure = s.measure AND m.compared
QUALIFY row_number() OVER (
    PARTITION BY s.series_id
    ORDER BY n.geography_vintage = s.geography_vintage DESC, n.geography_vintage
) = 1;

-- Grain: one row per series of a nation × window.
CREATE OR REPLACE TEMP TABLE nation_rates AS
SELECT series_id AS nation_id, window_type, last_month, months, rate
FROM rate_values
WHERE series_id IN (SELECT nation_id FROM rate_nations) AND rate IS NOT NULL;
