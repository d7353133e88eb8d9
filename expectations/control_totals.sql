-- Grain: published total, beside the count of the same series, area, year and measure.
-- Inputs: {totals} (control_totals.csv), {relation} (core.observations), core.areas.
-- The area 'US-states' stands for the sum of the 50 states and the District of Columbia, where all 51 have a count.
WITH totals AS (
    SELECT
        control_group,
        source_family,
        area_code,
        measure,
        year::BIGINT AS year,
        expected::DOUBLE AS published,
        tolerance::DOUBLE AS tolerance,
        citation
    FROM {totals}
),

counts AS (
    SELECT source_family, area_code, measure, year(period_start) AS year, value
    FROM {relation}
    WHERE period_type = 'year' AND stratum_type = 'all' AND status = 'ok'
),

states AS (
    SELECT c.source_family, 'US-states' AS area_code, c.measure, c.year, sum(c.value) AS value
    FROM counts AS c
    INNER JOIN core.areas AS a ON c.area_code = a.area_code AND a.area_type = 'state'
    GROUP BY c.source_family, c.measure, c.year
    HAVING count(*) = 51
)

SELECT
    t.control_group,
    t.source_family,
    t.area_code,
    t.measure,
    t.year,
    format('{:.10g}', c.value) AS observed,
    format('{:.10g} within {:.6g} ({})', t.published, t.tolerance, t.citation) AS expected,
    abs(c.value - t.published) > t.tolerance + 1e-6 AS offends,
    c.value IS NOT NULL AS applies
FROM totals AS t
LEFT JOIN (SELECT * FROM counts UNION ALL SELECT * FROM states) AS c
    USING (source_family, area_code, measure, year)
