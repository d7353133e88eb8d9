-- Grain: one row per declared pair that both rates have groups for (decomposition_pairs), with why
-- it must not be computed, if so.
-- Inputs: declared_pairs, declared_breaks, decomposition_populations, core.series_breaks.
-- Both rates are of one definition; rates of two series are of a measure that all nations count
-- alike, whose definition does not name it.
CREATE OR REPLACE TEMP TABLE decomposition_pairs AS
WITH found AS (
    SELECT
        d.declared_id, d.pair, d.pair_kind, d.three, d.is_explicit, d.still_differs,
        d.dimension, d.measure, o.population_id AS own_id, r.population_id AS reference_id,
        o.source_family, o.area_code, r.source_family AS reference_source_family,
        r.area_code AS reference_area_code,
        year(o.period_end) AS year, year(r.period_end) AS reference_year
    FROM declared_pairs AS d
    JOIN decomposition_populations AS o
        ON o.source_family = d.source_family AND o.measure = d.measure
        AND o.dimension = d.dimension AND o.own_type = d.stratum_type
        AND (o.own = d.stratum OR d.stratum = 'each')
        AND (d.area_code IS NULL OR o.area_code = d.area_code)
        AND (len(d.area_types) = 0 OR list_contains(d.area_types, o.area_type))
        AND starts_with(o.area_code, d.area_prefix)
        AND (d.year IS NULL OR year(o.period_end) = d.year)
    JOIN decomposition_populations AS r
        ON r.source_family = d.reference_source_family AND r.measure = d.measure
        AND r.dimension = d.dimension AND r.own_type = d.stratum_type
        AND r.own = CASE
            WHEN d.reference_stratum = 'each' THEN o.own ELSE d.reference_stratum
        END
        AND r.area_code = coalesce(d.reference_area_code, o.area_code)
        AND CASE
            WHEN d.years_before IS NULL AND d.reference_year IS NULL
                THEN r.period_end < o.period_end
            ELSE
                year(r.period_end)
                = coalesce(d.reference_year, year(o.period_end) - d.years_before)
        END
    WHERE o.population_id <> r.population_id
        AND CASE
            WHEN o.source_family = r.source_family THEN o.definition_id = r.definition_id
            ELSE NOT ends_with(o.definition_id, '.' || o.measure)
                AND NOT ends_with(r.definition_id, '.' || r.measure)
        END
    QUALIFY d.year IS NOT NULL OR row_number() OVER (
        PARTITION BY d.declared_id, o.area_code, o.own
        ORDER BY o.period_end DESC, r.period_end DESC
    ) = 1
),

breaks AS (
    SELECT source_family, NULL AS measure, dimension, '*' AS area_code, first_year, reason
    FROM declared_breaks
    UNION ALL
    SELECT source_family, measure, NULL, area_code, first_year, reason FROM core.series_breaks
)

SELECT
    f.*,
    (
        SELECT 'a break in ' || min_by(b.first_year || ': ' || b.reason, b.first_year)
        FROM breaks AS b
        WHERE b.source_family IN (f.source_family, f.reference_source_family)
            AND (b.measure IS NULL OR b.measure = f.measure)
            AND (b.dimension IS NULL OR b.dimension = f.dimension)
            AND (b.area_code = '*' OR b.area_code IN (f.area_code, f.reference_area_code))
            AND b.first_year > least(f.year, f.reference_year)
            AND b.first_year <= greatest(f.year, f.reference_year)
    ) AS broken
FROM found AS f;
