-- Grain: source_family × area × period × rate × stratum for which every count is there.
-- Inputs: core.observations, parts/rate_parts.
WITH parts AS ({rate_parts}),

needed AS (
    SELECT measure, count(*) AS counts FROM parts GROUP BY measure
),

summed AS (
    SELECT
        o.source_family,
        o.area_code,
        o.geography_vintage,
        o.period_type,
        o.period_start,
        o.period_end,
        o.stratum_type,
        o.stratum,
        p.measure,
        sum(o.value) FILTER (WHERE p.side = 'numerator') AS numerator,
        sum(o.value) FILTER (WHERE p.side = 'denominator') AS denominator,
        count(*) AS counts
    FROM core.observations AS o
    JOIN parts AS p ON o.measure = p.count_measure
    WHERE o.status = 'ok'
    GROUP BY ALL
)

SELECT s.* EXCLUDE (counts)
FROM summed AS s
JOIN needed AS n ON s.measure = n.measure AND s.counts = n.counts
