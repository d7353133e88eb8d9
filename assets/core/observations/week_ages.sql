-- Grain: source_family × area × period × measure × stratum × vintage: counts from a week on that
-- the producer does not print, of counts that add up to them.
-- Inputs: harmonised with the sums of weeks.sql; count_sum_parts (whole, way, part, parts): the
-- ways in which a count is a sum of others. Early and late neonatal deaths are neonatal deaths,
-- stillbirths and early neonatal deaths perinatal ones. Nothing is added where a part is absent; a
-- withheld part withholds the sum.
WITH counted AS (
    SELECT *
    FROM harmonised
    WHERE kind = 'count' AND list_contains(string_split(stratum_type, '|'), 'gestation_from')
),

added AS (
    SELECT
        c.country,
        c.source_family,
        c.area_code,
        c.geography_vintage,
        c.period_type,
        c.period_start,
        c.period_end,
        s.whole AS measure,
        s.way,
        c.stratum_type,
        c.stratum,
        'count' AS kind,
        CASE
            WHEN bool_or(c.status = 'suppressed') THEN 'suppressed'
            WHEN bool_or(c.status = 'ok') THEN 'ok'
            ELSE 'not_applicable'
        END AS status,
        CASE
            WHEN NOT bool_or(c.status = 'suppressed')
                THEN sum(c.value ORDER BY c.measure) FILTER (c.status = 'ok')
        END AS value,
        max(c.rounded_to) AS rounded_to,
        bool_or(c.is_provisional) AS is_provisional,
        c.dataset_id,
        c.vintage_id,
        arg_min(c.source_sheet, s.place) AS source_sheet,
        arg_min(c.source_row, s.place) AS source_row,
        arg_min(c.source_column, s.place) AS source_column,
        string_agg(replace(c.measure, '_', ' '), ' + ' ORDER BY s.place)
            || ', each ' || any_value(c.raw_text) AS raw_text,
        c.vintage_position,
        c.precedence,
        CASE WHEN count(c.correction_id) > 0 THEN min(c.correction_id) END AS correction_id
    FROM counted AS c
    JOIN count_sum_parts AS s ON s.part = c.measure
    ANTI JOIN counted AS stated
        ON stated.measure = s.whole
        AND stated.vintage_id = c.vintage_id
        AND stated.source_family = c.source_family
        AND stated.area_code = c.area_code
        AND stated.geography_vintage = c.geography_vintage
        AND stated.period_type = c.period_type
        AND stated.period_start = c.period_start
        AND stated.period_end = c.period_end
        AND stated.stratum_type = c.stratum_type
        AND stated.stratum = c.stratum
    GROUP BY ALL
    HAVING count(*) = any_value(s.parts)
)

SELECT * EXCLUDE (way)
FROM added
QUALIFY row_number() OVER (
    PARTITION BY
        vintage_id, source_family, area_code, geography_vintage, period_type, period_start,
        period_end, measure, stratum_type, stratum
    ORDER BY way
) = 1
