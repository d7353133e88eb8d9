-- Grain: vintage × source_family × area × period × measure × other group that has counts by weeks.
-- Inputs: week_cells. shown are the groups of weeks with a count, or where the producer says that
-- there is nothing to count (stillbirths before the week from which they are registered); withheld
-- those whose count the producer withholds.
SELECT
    vintage_id, source_family, area_code, geography_vintage, period_type, period_start, period_end,
    measure, stratum_type, stratum,
    coalesce(
        string_agg(weeks, ' ' ORDER BY weeks) FILTER (status IN ('ok', 'not_applicable')), ''
    ) AS shown,
    coalesce(string_agg(weeks, ' ' ORDER BY weeks) FILTER (status = 'suppressed'), '') AS withheld
FROM week_cells
GROUP BY ALL
