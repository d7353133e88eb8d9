-- Grain: one row per stratum that a row of the release is about and characteristic of it.
-- Inputs: published.rates; known_groups (dimension, title, unit, group_code, group_name, position,
-- lower, upper): the groups of the vocabulary, and of each dimension one row without a group.
-- A group that the vocabulary does not list has the producer's own words.
WITH used AS (
    SELECT DISTINCT stratum_type, stratum
    FROM published.rates
    WHERE stratum_type <> 'all'
),

carried AS (
    SELECT
        stratum_type, stratum,
        unnest(string_split(stratum_type, '|')) AS dimension,
        unnest(string_split(stratum, '|')) AS group_code
    FROM used
)

SELECT
    c.stratum_type, c.stratum, c.dimension, d.title AS dimension_title, c.group_code,
    coalesce(g.group_name, c.group_code) AS group_name,
    g.position, g.lower, g.upper,
    CASE WHEN g.lower IS NOT NULL OR g.upper IS NOT NULL THEN d.unit END AS unit
FROM carried AS c
JOIN known_groups AS d ON c.dimension = d.dimension AND d.group_code IS NULL
LEFT JOIN known_groups AS g ON c.dimension = g.dimension AND c.group_code = g.group_code
