-- Grain: source_family × area × year × measure × stratum × vintage of which all twelve months are
-- counted.
-- Inputs: harmonised. Twelve whole months of one export make its year; eleven make none, and months
-- of two exports are never put together. A year that the export prints itself stands as it is.
-- Counts of hmz2-vwda are not summed: the nation's are rounded month by month.
SELECT
    m.country,
    m.source_family,
    m.area_code,
    m.geography_vintage,
    'year' AS period_type,
    make_date(year(m.period_start), 1, 1) AS period_start,
    make_date(year(m.period_start), 12, 31) AS period_end,
    m.measure,
    m.stratum_type,
    m.stratum,
    'count' AS kind,
    'ok' AS status,
    sum(m.value) AS value,
    max(m.rounded_to) AS rounded_to,
    bool_or(m.is_provisional) AS is_provisional,
    m.dataset_id,
    m.vintage_id,
    min(m.source_sheet) AS source_sheet,
    min(m.source_row) AS source_row,
    min(m.source_column) AS source_column,
    'sum of 12 months' AS raw_text,
    m.vintage_position,
    m.precedence,
    CAST(NULL AS VARCHAR) AS correction_id
FROM harmonised AS m
ANTI JOIN harmonised AS y
    ON m.vintage_id = y.vintage_id
    AND m.source_family = y.source_family
    AND m.area_code = y.area_code
    AND m.geography_vintage = y.geography_vintage
    AND m.measure = y.measure
    AND m.stratum_type = y.stratum_type
    AND m.stratum = y.stratum
    AND y.kind = 'count'
    AND y.period_type = 'year'
    AND year(y.period_start) = year(m.period_start)
WHERE m.kind = 'count'
    AND m.period_type = 'month'
    AND m.status = 'ok'
    AND m.dataset_id LIKE 'nchs_wonder%'
GROUP BY ALL
HAVING count(DISTINCT month(m.period_start)) = 12 AND count(*) = 12
