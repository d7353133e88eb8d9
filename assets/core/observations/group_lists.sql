-- Grain: vintage × source_family × area × period × measure × other group that has counts by
-- groups.
-- Inputs: group_cells. shown are the groups with a count, or where the producer says that there is
-- nothing to count (stillbirths before the week from which they are registered); withheld those
-- whose count the producer withholds.
SELECT
    vintage_id, source_family, area_code, geography_vintage, period_type, period_start, period_end,
    measure, stratum_type, stratum,
    coalesce(
        string_agg(part, ' ' ORDER BY part) FILTER (status IN ('ok', 'not_applicable')), ''
    ) AS shown,
    coalesce(string_agg(part, ' ' ORDER BY part) FILTER (status = 'suppressed'), '') AS withheld
FROM group_cells
GROUP BY ALL
