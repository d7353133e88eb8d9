-- Grain: source_family × area × period × measure × stratum × vintage: counts that groups of one
-- dimension add up to.
-- Inputs: group_cells, group_lists, group_parts (shown, withheld, source, counted, sum_of, part,
-- place: the groups that are added up, for each list of groups that there are; of the count source
-- only, and named counted, where these are given).
-- Counts are added where the groups that there are fill the range that is meant, and in no other
-- case: a group that is absent is not zero. A withheld part withholds the sum.
SELECT
    c.country,
    c.source_family,
    c.area_code,
    c.geography_vintage,
    c.period_type,
    c.period_start,
    c.period_end,
    coalesce(nullif(p.counted, ''), c.measure) AS measure,
    c.stratum_type,
    replace(c.stratum, '{group}', p.sum_of) AS stratum,
    'count' AS kind,
    CASE
        WHEN bool_or(c.status = 'suppressed') THEN 'suppressed'
        WHEN bool_or(c.status = 'ok') THEN 'ok'
        ELSE 'not_applicable'
    END AS status,
    CASE
        WHEN NOT bool_or(c.status = 'suppressed')
            THEN sum(c.value ORDER BY c.part) FILTER (c.status = 'ok')
    END AS value,
    max(c.rounded_to) AS rounded_to,
    bool_or(c.is_provisional) AS is_provisional,
    c.dataset_id,
    c.vintage_id,
    arg_min(c.source_sheet, p.place) AS source_sheet,
    arg_min(c.source_row, p.place) AS source_row,
    arg_min(c.source_column, p.place) AS source_column,
    CASE
        WHEN count(*) = 1 THEN 'recorded as ' || min(c.part)
        WHEN count(*) <= 4 THEN 'sum of ' || string_agg(c.part, ' + ' ORDER BY p.place)
        ELSE format(
            'sum of {} groups, {} to {}',
            count(*), arg_min(c.part, p.place), arg_max(c.part, p.place)
        )
    END AS raw_text,
    c.vintage_position,
    c.precedence,
    CASE WHEN count(c.correction_id) > 0 THEN min(c.correction_id) END AS correction_id
FROM group_lists AS l
JOIN group_parts AS p USING (shown, withheld)
JOIN group_cells AS c USING (
    vintage_id, source_family, area_code, geography_vintage, period_type, period_start, period_end,
    measure, stratum_type, stratum
)
WHERE c.part = p.part
    AND p.source IN ('', c.measure)
    -- Births that stand beside deaths of a cause or place are those of all infants.
    AND (p.counted = '' OR NOT list_has_any(string_split(c.stratum_type, '|'), [{of_the_death}]))
GROUP BY ALL
