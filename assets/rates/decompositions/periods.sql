-- Grain: one row per population × count × group of birth weight; 'all' is the total.
-- Inputs: core.observations, declared_populations (source_family, area_code, year, both sides).
SELECT o.source_family, o.area_code, year(o.period_start) AS year, o.measure, o.stratum, o.value
FROM core.observations AS o
SEMI JOIN declared_populations AS d
    ON d.source_family = o.source_family AND d.area_code = o.area_code
    AND year(o.period_start) IN (d.year, d.reference_year)
WHERE o.period_type = 'year' AND o.stratum_type IN ('all', 'birth_weight') AND o.status = 'ok'
ORDER BY ALL
