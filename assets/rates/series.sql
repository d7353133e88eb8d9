-- Grain: one row per series (source_family × area × boundary set × stratum × measure) that is
-- offered.
-- Inputs: core.observations, core.areas, method_measures, method_parts. A measure is offered where
-- its telling count occurs for that kind of area, so that an area whose deaths are absent is a row
-- without a number, and a measure that the source never gives is no row. Deaths that are linked to
-- no birth have no rate, and those of unknown weeks together only serve to bound others.
CREATE OR REPLACE TEMP TABLE rate_sources AS
SELECT
    row_number() OVER () AS source_id,
    o.*,
    a.area_type,
    a.area_name
FROM (
    SELECT DISTINCT source_family, country, area_code, geography_vintage, stratum_type, stratum
    FROM core.observations
    WHERE NOT list_has_any(string_split(stratum, '|'), ['unknown_weeks', 'unlinked'])
) AS o
JOIN core.areas AS a USING (area_code, geography_vintage);

CREATE OR REPLACE TEMP TABLE rate_series AS
WITH counted AS (
    SELECT DISTINCT s.source_id, o.measure AS count_measure
    FROM core.observations AS o
    JOIN rate_sources AS s USING (
        source_family, country, area_code, geography_vintage, stratum_type, stratum
    )
    WHERE o.status IN ('ok', 'suppressed')
),

by_area_type AS (
    SELECT DISTINCT s.source_family, s.area_type, s.stratum_type, m.measure
    FROM counted AS c
    JOIN method_measures AS m
        ON m.offered_by = c.count_measure AND m.offered_where = 'area_type'
    JOIN rate_sources AS s USING (source_id)
),

offered AS (
    SELECT s.source_id, t.measure
    FROM rate_sources AS s
    JOIN by_area_type AS t USING (source_family, area_type, stratum_type)
    UNION ALL
    SELECT c.source_id, m.measure
    FROM counted AS c
    JOIN method_measures AS m
        ON m.offered_by = c.count_measure AND m.offered_where = 'series'
),

-- What else a source is about than a cause, or another characteristic of the death.
besides AS (
    SELECT
        source_id,
        list_filter(string_split(stratum_type, '|'), LAMBDA k: k NOT IN ({of_the_death}))[1]
            AS kind,
        string_split(stratum, '|')[list_position(string_split(stratum_type, '|'), kind)] AS code
    FROM rate_sources
    WHERE list_has_any(string_split(stratum_type, '|'), [{of_the_death}])
)

-- A cause divides stillbirths, too: those of one cause are a part of no denominator. Their rate is
-- on the births and stillbirths whatever the cause, which is the denominator of the source without
-- it. The same holds for whatever else is of the death alone. Fetal deaths of a cause have no rate.
SELECT
    row_number() OVER () AS series_id,
    o.measure,
    CASE WHEN d.measure IS NULL THEN s.source_id ELSE w.source_id END AS divided_by,
    s.*
FROM offered AS o
JOIN rate_sources AS s USING (source_id)
LEFT JOIN besides AS b USING (source_id)
LEFT JOIN (
    SELECT measure, max(count_measure) AS count_measure
    FROM method_parts
    WHERE part = 'denominator'
        AND count_measure IN ('stillbirths', 'fetal_deaths', 'late_fetal_deaths')
    GROUP BY measure
) AS d ON d.measure = o.measure AND b.source_id IS NOT NULL
LEFT JOIN rate_sources AS w
    ON d.count_measure = 'stillbirths'
    AND w.source_family = s.source_family
    AND w.area_code = s.area_code
    AND w.geography_vintage = s.geography_vintage
    AND w.stratum_type = coalesce(b.kind, 'all')
    AND w.stratum = coalesce(b.code, 'all')
WHERE d.measure IS NULL OR w.source_id IS NOT NULL;
