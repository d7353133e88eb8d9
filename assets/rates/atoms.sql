-- Grain: one row per series × period: the counts of one rate, before any window.
-- Inputs: core.observations, rate_series, rate_sources, method_measures, method_parts, method_gaps.
-- Counts are held in millionths of a person: weighted deaths are not whole, and sums of whole
-- numbers do not depend on the order in which threads add them.
-- A count that is withheld withholds the rate; an absent count leaves it missing; neither is 0.
CREATE OR REPLACE TEMP TABLE rate_atoms AS
WITH cells AS (
    SELECT
        s.source_id, o.measure AS count_measure, o.period_type, o.period_start, o.period_end,
        CASE WHEN o.status = 'ok' THEN CAST(round(o.value * 1000000) AS BIGINT) END AS micro,
        o.status = 'suppressed' AS withheld,
        o.is_provisional,
        o.vintage_id
    FROM core.observations AS o
    JOIN rate_sources AS s USING (
        source_family, country, area_code, geography_vintage, stratum_type, stratum
    )
),

parts AS (
    SELECT
        r.series_id, r.measure, p.count_measure, p.part, p.bit,
        CASE p.part WHEN 'denominator' THEN r.divided_by ELSE r.source_id END AS source_id
    FROM rate_series AS r
    JOIN method_parts AS p USING (measure)
),

joined AS (
    SELECT
        p.series_id, c.period_type, c.period_start, c.period_end,
        any_value(p.measure) AS measure,
        CAST(sum(c.micro) FILTER (p.part = 'numerator') AS BIGINT) AS numerator,
        CAST(sum(c.micro) FILTER (p.part = 'denominator') AS BIGINT) AS denominator,
        coalesce(bit_or(p.bit) FILTER (c.micro IS NOT NULL), 0) AS present,
        bool_or(c.withheld) AS withheld,
        bool_or(c.is_provisional) AS is_provisional,
        list(DISTINCT c.vintage_id) AS vintages
    FROM cells AS c
    JOIN parts AS p USING (source_id, count_measure)
    GROUP BY p.series_id, c.period_type, c.period_start, c.period_end
)

SELECT
    j.series_id, j.period_type, j.period_start, j.period_end,
    CASE WHEN j.present = m.all_parts THEN j.numerator END AS numerator,
    CASE WHEN j.present = m.all_parts THEN j.denominator END AS denominator,
    CASE WHEN j.withheld THEN TRUE END AS withheld,
    CASE WHEN j.is_provisional THEN TRUE END AS provisional,
    CASE
        WHEN j.withheld THEN 'the producer withholds a count'
        WHEN j.present <> m.all_parts THEN g.reason
    END AS reason,
    j.vintages
FROM joined AS j
JOIN method_measures AS m USING (measure)
LEFT JOIN method_gaps AS g ON g.measure = j.measure AND g.present = j.present;
