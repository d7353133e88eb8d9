-- Grain: source_family × area × period × measure × stratum × vintage: counts of babies born at or
-- after a week, of any known week, of no known week, and of deaths without a birth.
-- Inputs: week_cells, week_lists, week_parts (shown, withheld, from_weeks, part: the groups of
-- weeks that are added up, for each list of groups that there are). Counts are added where the
-- groups that there are fill the range from the week on, and in no other
-- case: a group that is absent is not zero. A withheld part withholds the sum.
SELECT
    c.country,
    c.source_family,
    c.area_code,
    c.geography_vintage,
    c.period_type,
    c.period_start,
    c.period_end,
    c.measure,
    c.stratum_type,
    replace(c.stratum, '{group}', p.from_weeks) AS stratum,
    'count' AS kind,
    CASE
        WHEN bool_or(c.status = 'suppressed') THEN 'suppressed'
        WHEN bool_or(c.status = 'ok') THEN 'ok'
        ELSE 'not_applicable'
    END AS status,
    CASE
        WHEN NOT bool_or(c.status = 'suppressed')
            THEN sum(c.value ORDER BY c.weeks) FILTER (c.status = 'ok')
    END AS value,
    max(c.rounded_to) AS rounded_to,
    bool_or(c.is_provisional) AS is_provisional,
    c.dataset_id,
    c.vintage_id,
    arg_min(c.source_sheet, p.place) AS source_sheet,
    arg_min(c.source_row, p.place) AS source_row,
    arg_min(c.source_column, p.place) AS source_column,
    CASE
        WHEN count(*) = 1 THEN 'recorded as ' || min(c.weeks)
        WHEN count(*) <= 4 THEN 'sum of ' || string_agg(c.weeks, ' + ' ORDER BY p.place)
        ELSE format(
            'sum of {} groups of weeks, {} to {}',
            count(*), arg_min(c.weeks, p.place), arg_max(c.weeks, p.place)
        )
    END AS raw_text,
    c.vintage_position,
    c.precedence,
    CASE WHEN count(c.correction_id) > 0 THEN min(c.correction_id) END AS correction_id
FROM week_lists AS l
JOIN week_parts AS p USING (shown, withheld)
JOIN week_cells AS c USING (
    vintage_id, source_family, area_code, geography_vintage, period_type, period_start, period_end,
    measure, stratum_type, stratum
)
WHERE c.weeks = p.part
GROUP BY ALL
