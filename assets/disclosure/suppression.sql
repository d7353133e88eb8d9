-- One row per source_family × measure × area type × geography vintage × window.
-- Inputs: published.rates; disclosure_policies (name of the policy of each series).
-- Cells are areas: groups within an area (race, age, deprivation) would be counted as more of them.
SELECT
    r.source_family,
    min(r.country) AS country,
    r.measure,
    r.area_type,
    r.geography_vintage,
    r.window_type,
    r.period_start,
    r.period_end,
    count(*) AS cells,
    count(*) FILTER (WHERE r.value_status IN ('ok', 'unreliable')) AS cells_shown,
    count(*) FILTER (WHERE r.value_status = 'suppressed') AS cells_suppressed,
    count(*) FILTER (WHERE r.value_status = 'unreliable') AS cells_unreliable,
    count(*) FILTER (WHERE r.value_status NOT IN ('ok', 'unreliable', 'suppressed'))
        AS cells_without_figures,
    count(*) FILTER (WHERE r.value_status = 'suppressed')
        / nullif(count(*) FILTER (WHERE r.value_status IN ('ok', 'unreliable', 'suppressed')), 0)
        AS share_suppressed,
    min(p.policy) AS policy
FROM published.rates AS r
JOIN disclosure_policies AS p USING (source_family)
WHERE r.stratum_type = 'all'
GROUP BY r.source_family, r.measure, r.area_type, r.geography_vintage, r.window_type,
    r.period_start, r.period_end
