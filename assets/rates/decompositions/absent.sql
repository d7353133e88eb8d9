-- Grain: one row per explicit pair that is not computed because a rate has no groups.
-- Inputs: declared_pairs, decomposition_pairs, decomposition_populations, core.areas,
-- method_measures.
-- A pair whose rates both have groups, and that was not taken, is of two definitions: no row.
WITH areas AS (
    SELECT area_code, country, area_name, area_type, geography_vintage
    FROM core.areas
    QUALIFY row_number() OVER (PARTITION BY area_code ORDER BY geography_vintage DESC) = 1
),

explicit AS (
    SELECT
        d.*, coalesce(d.reference_area_code, d.area_code) AS other_code,
        coalesce(d.reference_year, d.year - d.years_before) AS other_year
    FROM declared_pairs AS d
    ANTI JOIN decomposition_pairs USING (declared_id)
    WHERE d.is_explicit
),

judged AS (
    SELECT
        e.*,
        EXISTS (
            SELECT 1
            FROM decomposition_populations AS p
            WHERE p.source_family = e.source_family AND p.measure = e.measure
                AND p.dimension = e.dimension AND p.own_type = e.stratum_type
                AND p.own = e.stratum AND p.area_code = e.area_code
                AND year(p.period_end) = e.year
        ) AS own_is_there,
        EXISTS (
            SELECT 1
            FROM decomposition_populations AS p
            WHERE p.source_family = e.reference_source_family AND p.measure = e.measure
                AND p.dimension = e.dimension AND p.own_type = e.stratum_type
                AND p.own = e.reference_stratum AND p.area_code = e.other_code
                AND year(p.period_end) = e.other_year
        ) AS reference_is_there
    FROM explicit AS e
)

SELECT
    j.*, m.rate_per,
    a.country, a.area_name, a.area_type, a.geography_vintage,
    r.area_name AS reference_area_name, r.geography_vintage AS reference_geography_vintage
FROM judged AS j
JOIN areas AS a ON a.area_code = j.area_code
JOIN areas AS r ON r.area_code = j.other_code
JOIN method_measures AS m USING (measure)
WHERE NOT (j.own_is_there AND j.reference_is_there)
ORDER BY j.declared_id
