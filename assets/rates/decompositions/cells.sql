-- Grain: one row per population × characteristic × group (decomposition_cells), and per population
-- (decomposition_populations): a series, area, stratum and year with groups of the characteristic.
-- Inputs: rates.rates, core.observations, method_parts, declared_measures (measure, dimension).
-- A row of two characteristics is a group of each, within the population of the other.
CREATE OR REPLACE TEMP TABLE decomposition_cells AS
WITH strata AS (
    SELECT
        *, string_split(stratum_type, '|') AS kinds, string_split(stratum, '|') AS groups
    FROM rates.rates
    WHERE stratum_type <> 'all' AND window_type = 'annual'
),

carried AS (
    SELECT *, 'all' AS own_type, 'all' AS own, kinds[1] AS dimension, groups[1] AS group_code
    FROM strata
    WHERE len(kinds) = 1
    UNION ALL
    SELECT *, kinds[1], groups[1], kinds[2], groups[2] FROM strata WHERE len(kinds) = 2
    UNION ALL
    SELECT *, kinds[2], groups[2], kinds[1], groups[1] FROM strata WHERE len(kinds) = 2
),

-- Counts of groups that have no rate: deaths without a record of birth, groups without births.
denominators AS (
    SELECT measure, count(*) AS parts FROM method_parts WHERE part = 'denominator' GROUP BY measure
),

counted AS (
    SELECT
        o.source_family, o.area_code, o.geography_vintage, p.measure, o.stratum_type, o.stratum,
        o.period_start,
        sum(o.value) FILTER (p.part = 'numerator') AS deaths,
        sum(o.value) FILTER (p.part = 'denominator') AS some_births,
        count(o.value) FILTER (p.part = 'denominator') AS parts
    FROM core.observations AS o
    JOIN method_parts AS p ON p.count_measure = o.measure
    WHERE o.period_type = 'year' AND o.stratum_type <> 'all' AND o.status = 'ok'
    GROUP BY ALL
)

SELECT
    c.source_family, c.area_code, c.area_type, c.geography_vintage, c.measure,
    c.own_type, c.own, c.dimension, c.group_code, c.period_start, c.period_end,
    c.value_status,
    CASE
        WHEN c.value_status IN ('ok', 'unreliable') THEN c.numerator
        WHEN c.value_status <> 'suppressed' THEN n.deaths
    END AS deaths,
    CASE
        WHEN c.value_status IN ('ok', 'unreliable') THEN c.denominator
        WHEN n.parts = d.parts THEN n.some_births
    END AS births
FROM carried AS c
JOIN declared_measures AS m USING (measure, dimension)
JOIN denominators AS d USING (measure)
LEFT JOIN counted AS n
    USING (
        source_family, area_code, geography_vintage, measure, stratum_type, stratum, period_start
    );

CREATE OR REPLACE TEMP TABLE decomposition_populations AS
SELECT
    p.*,
    row_number() OVER (
        ORDER BY
            p.source_family, p.area_code, p.geography_vintage, p.measure, p.own_type, p.own,
            p.dimension, p.period_end
    ) AS population_id,
    t.country, t.area_name, t.numerator AS deaths, t.denominator AS births, t.rate_per,
    coalesce(t.is_provisional, FALSE) AS is_provisional, t.definition_id
FROM (
    SELECT DISTINCT
        source_family, area_code, area_type, geography_vintage, measure, own_type, own, dimension,
        period_start, period_end
    FROM decomposition_cells
    WHERE deaths IS NOT NULL
) AS p
JOIN rates.rates AS t
    ON t.source_family = p.source_family AND t.measure = p.measure
    AND t.area_code = p.area_code AND t.geography_vintage = p.geography_vintage
    AND t.stratum_type = p.own_type AND t.stratum = p.own
    AND t.window_type = 'annual' AND t.period_start = p.period_start
    AND t.period_end = p.period_end
WHERE t.numerator IS NOT NULL
-- Of several boundary sets in which an area stands, the newest.
QUALIFY row_number() OVER (
    PARTITION BY
        p.source_family, p.measure, p.area_code, p.own_type, p.own, p.dimension, p.period_end
    ORDER BY p.geography_vintage DESC
) = 1;
