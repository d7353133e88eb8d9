-- Grain: source_family × area × period × rate × stratum for which every count is there.
-- Inputs: core.observations, parts/rate_parts.
-- Stillbirths and perinatal deaths of a cause are per births and stillbirths whatever the cause.
WITH parts AS ({rate_parts}),

needed AS (
    SELECT measure, count(*) AS counts FROM parts GROUP BY measure
),

counts AS (
    SELECT
        o.source_family, o.area_code, o.geography_vintage, o.period_type, o.period_start,
        o.period_end, o.stratum_type, o.stratum, o.value, p.measure, p.side,
        list_has_any(string_split(o.stratum_type, '|'), [{of_the_death}])
        AND p.measure IN ('stillbirth', 'perinatal_mortality') AS is_of_a_cause
    FROM core.observations AS o
    JOIN parts AS p ON o.measure = p.count_measure
    WHERE o.status = 'ok'
),

causes AS (
    SELECT DISTINCT
        * EXCLUDE (value, side, is_of_a_cause),
        list_filter(string_split(stratum_type, '|'), LAMBDA k: k NOT IN ({of_the_death}))[1]
            AS other,
        coalesce(other, 'all') AS whole_type,
        coalesce(
            string_split(stratum, '|')[list_position(string_split(stratum_type, '|'), other)], 'all'
        ) AS whole
    FROM counts
    WHERE is_of_a_cause AND side = 'numerator'
),

summed AS (
    SELECT
        source_family, area_code, geography_vintage, period_type, period_start, period_end,
        stratum_type, stratum, measure,
        sum(value) FILTER (WHERE side = 'numerator') AS numerator,
        sum(value) FILTER (WHERE side = 'denominator') AS denominator,
        count(*) AS counts
    FROM (
        SELECT * FROM counts WHERE NOT is_of_a_cause OR side = 'numerator'
        UNION ALL BY NAME
        SELECT c.* EXCLUDE (other, whole_type, whole), w.value, w.side
        FROM causes AS c
        JOIN counts AS w
            ON c.source_family = w.source_family
            AND c.area_code = w.area_code
            AND c.geography_vintage = w.geography_vintage
            AND c.period_type = w.period_type
            AND c.period_start = w.period_start
            AND c.period_end = w.period_end
            AND c.measure = w.measure
            AND c.whole_type = w.stratum_type
            AND c.whole = w.stratum
            AND w.side = 'denominator'
    )
    GROUP BY ALL
)

SELECT s.* EXCLUDE (counts)
FROM summed AS s
JOIN needed AS n ON s.measure = n.measure AND s.counts = n.counts
