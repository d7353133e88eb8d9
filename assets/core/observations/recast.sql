-- Grain: source_family × area of the declared boundary set × period × measure × stratum × vintage.
-- Inputs: harmonised, successor_lookup (area_code, successor), successor_needs (geography_vintage,
-- successor, members): how many areas of a boundary set became each area of the declared set;
-- split_lookup (area_code, earlier): the areas of the declared set that a newer code came from.
-- Counts of merged areas are summed forward, never split backward and never averaged. An area of
-- the declared set is built only where every area that it was merged from is in the extract with a
-- plain count; otherwise it is missing. An area that only its successor has counts for is missing
-- too, unless another extract states its count.
WITH moved AS (
    SELECT
        h.*,
        coalesce(s.successor, h.area_code) AS successor
    FROM harmonised AS h
    LEFT JOIN successor_lookup AS s ON h.area_code = s.area_code
    WHERE h.kind = 'count'
        AND h.geography_vintage NOT IN ('EW', 'US', '{target}')
)

SELECT
    m.country,
    m.source_family,
    m.successor AS area_code,
    '{target}' AS geography_vintage,
    m.period_type,
    m.period_start,
    m.period_end,
    m.measure,
    m.stratum_type,
    m.stratum,
    'count' AS kind,
    CASE
        WHEN bool_or(m.status = 'suppressed') THEN 'suppressed'
        WHEN count(*) FILTER (WHERE m.status = 'ok') < max(CAST(n.members AS BIGINT)) THEN 'missing'
        ELSE 'ok'
    END AS status,
    CASE
        WHEN count(*) FILTER (WHERE m.status = 'ok') = max(CAST(n.members AS BIGINT))
            THEN sum(m.value)
    END AS value,
    max(m.rounded_to) AS rounded_to,
    bool_or(m.is_provisional) AS is_provisional,
    any_value(m.dataset_id) AS dataset_id,
    m.vintage_id,
    min(m.source_sheet) AS source_sheet,
    min(m.source_row) AS source_row,
    min(m.source_column) AS source_column,
    CASE
        WHEN count(*) > 1 THEN 'sum of ' || string_agg(m.area_code, ' + ' ORDER BY m.area_code)
        WHEN min(m.area_code) <> m.successor THEN 'recoded from ' || min(m.area_code)
        ELSE min(m.raw_text)
    END AS raw_text,
    m.vintage_position,
    m.precedence,
    CAST(NULL AS VARCHAR) AS correction_id
FROM moved AS m
JOIN successor_needs AS n ON m.geography_vintage = n.geography_vintage AND m.successor = n.successor
GROUP BY
    m.country,
    m.source_family,
    m.successor,
    m.period_type,
    m.period_start,
    m.period_end,
    m.measure,
    m.stratum_type,
    m.stratum,
    m.vintage_id,
    m.vintage_position,
    m.precedence
UNION ALL BY NAME
SELECT
    h.* EXCLUDE (area_code, geography_vintage, status, value, raw_text),
    s.earlier AS area_code,
    '{target}' AS geography_vintage,
    'missing' AS status,
    CAST(NULL AS DOUBLE) AS value,
    'not split back from ' || h.area_code AS raw_text
FROM harmonised AS h
JOIN split_lookup AS s ON h.area_code = s.area_code
ANTI JOIN harmonised AS stated
    ON s.earlier = stated.area_code
    AND h.source_family = stated.source_family
    AND h.period_type = stated.period_type
    AND h.period_start = stated.period_start
    AND h.period_end = stated.period_end
    AND h.measure = stated.measure
    AND h.stratum_type = stated.stratum_type
    AND h.stratum = stated.stratum
    AND stated.kind = 'count'
WHERE h.kind = 'count'
