-- Grain: one row per row of rates.decompositions, with the status after disclosure control.
-- Inputs: rates.decompositions, disclosure_decisions, disclosure_policies.
-- Each part is a line in the deaths of its group, and all parts add up to a difference that is
-- public: one group that is withheld, of either rate, withholds the pair. So does a withheld total,
-- one of the ages that three factors tell apart, and a small count that no rate stands on, such as
-- deaths that belong to no group. What falls for one group of the population, such as one cause of
-- death, falls for all of them: together they add up to the total.
WITH withheld AS (
    SELECT DISTINCT
        source_family, area_code, window_type, period_end, measure, stratum_type
    FROM disclosure_decisions
    WHERE withheld_here
),

sides AS (
    SELECT
        pair_id, measure, dimension, grouping_id, factor, group_code, stratum_type, window_type,
        source_family, area_code, period_end, deaths
    FROM rates.decompositions
    UNION ALL
    SELECT
        pair_id, measure, dimension, grouping_id, factor, group_code, stratum_type, window_type,
        reference_source_family, reference_area_code, reference_period_end, reference_deaths
    FROM rates.decompositions
),

hidden AS (
    SELECT s.pair_id, s.measure, s.dimension
    FROM sides AS s
    JOIN withheld AS w
        ON w.source_family = s.source_family AND w.area_code = s.area_code
        AND w.window_type = s.window_type AND w.period_end = s.period_end
        AND (
            w.measure = s.measure
            OR s.factor IN ('neonatal_risk', 'postneonatal_risk')
            AND w.measure IN ('neonatal_mortality', 'postneonatal_mortality')
        )
        AND (
            w.stratum_type IN ('all', s.stratum_type)
            OR list_contains(string_split(w.stratum_type, '|'), s.dimension)
        )
    UNION
    SELECT o.pair_id, o.measure, o.dimension
    FROM sides AS s
    JOIN disclosure_policies AS p USING (source_family)
    JOIN sides AS o USING (
        source_family, area_code, window_type, period_end, measure, dimension, stratum_type
    )
    WHERE s.deaths BETWEEN p.lowest AND p.highest
)

SELECT
    d.* EXCLUDE (status_reason),
    CASE
        WHEN d.value_status IN ('ok', 'unreliable') AND h.pair_id IS NOT NULL THEN 'suppressed'
        ELSE d.value_status
    END AS published_status,
    -- A reason that names groups of few deaths would say what is withheld.
    CASE
        WHEN h.pair_id IS NULL THEN d.status_reason
        ELSE 'a count that one of the parts stands on is withheld'
    END AS status_reason
FROM rates.decompositions AS d
LEFT JOIN hidden AS h USING (pair_id, measure, dimension)
