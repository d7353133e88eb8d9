-- Grain: published total, beside the count of the same series, area, year and measure.
-- Inputs: {totals} (control_totals.csv), {relation} (core.observations), core.areas,
-- parts/withheld_bounds.
-- The area 'US-states' stands for the sum of the 50 states and the District of Columbia, where all
-- 51 have a count or are withheld under a rule that bounds it; the published total then lies
-- between the known sum and that with the bounds.
WITH totals AS (
    SELECT
        control_group,
        source_family,
        area_code,
        measure,
        CAST(year AS BIGINT) AS year,
        CAST(expected AS DOUBLE) AS published,
        CAST(tolerance AS DOUBLE) AS tolerance,
        citation
    FROM {totals}
),

counts AS (
    SELECT
        source_family, area_code, measure, year(period_start) AS year, value AS least,
        value AS most, 0 AS withheld
    FROM {relation}
    WHERE period_type = 'year' AND stratum_type = 'all' AND status = 'ok'
),

states AS (
    SELECT
        c.source_family,
        'US-states' AS area_code,
        c.measure,
        year(c.period_start) AS year,
        coalesce(sum(c.value), 0) AS least,
        least + coalesce(sum(b.highest) FILTER (WHERE c.status = 'suppressed'), 0) AS most,
        count(*) FILTER (WHERE c.status = 'suppressed') AS withheld
    FROM {relation} AS c
    JOIN core.areas AS a
        ON c.area_code = a.area_code
        AND c.geography_vintage = a.geography_vintage
        AND a.area_type = 'state'
    LEFT JOIN ({withheld_bounds}) AS b
        ON c.source_family = b.source_family AND c.measure = b.measure
    WHERE c.period_type = 'year'
        AND c.stratum_type = 'all'
        AND (c.status = 'ok' OR (c.status = 'suppressed' AND b.highest IS NOT NULL))
    GROUP BY c.source_family, c.measure, year(c.period_start)
    HAVING count(*) = 51
)

SELECT
    t.control_group,
    t.source_family,
    t.area_code,
    t.measure,
    t.year,
    CASE
        WHEN c.withheld = 0 THEN format('{:.10g}', c.least)
        ELSE format('{:.10g} to {:.10g}, {} withheld', c.least, c.most, c.withheld)
    END AS observed,
    format('{:.10g} within {:.6g} ({})', t.published, t.tolerance, t.citation) AS expected,
    t.published < c.least - t.tolerance - 1e-6
    OR t.published > c.most + t.tolerance + 1e-6 AS offends,
    c.least IS NOT NULL AS applies
FROM totals AS t
LEFT JOIN (SELECT * FROM counts UNION ALL SELECT * FROM states) AS c
    USING (source_family, area_code, measure, year)
