-- Grain: area × measure × target or benchmark: the newest calendar year that is compared with it.
-- Inputs: published.targets, published.definitions, published.headline (which series is preferred).
SELECT
    t.area_name,
    h.measure_name,
    upper(t.target_id[1]) || replace(t.target_id[2:], '_', ' ') AS target_name,
    upper(t.target_kind[1]) || t.target_kind[2:] AS target_kind,
    t.target_value,
    h.period,
    h.rate,
    round(t.gap, 2) AS gap,
    CASE WHEN t.is_met THEN 'Yes' ELSE 'No' END AS is_met,
    round(t.share_achieved_percent, 1) AS share_achieved_percent,
    h.reliability,
    d.source AS target_source,
    h.decimals,
    t.value_status
FROM published.targets AS t
JOIN published.headline AS h
    ON h.kind = 'annual' AND h.source_family = t.source_family AND h.measure = t.measure
    AND h.area_code = t.area_code AND h.geography_vintage = t.geography_vintage
    AND h.window_type = t.window_type
    AND h.period_start = t.period_start AND h.period_end = t.period_end
LEFT JOIN published.definitions AS d ON d.definition_id = t.target_id
WHERE t.is_latest AND t.stratum_type = 'all'
ORDER BY target_name, t.area_type <> 'country', t.area_type, t.area_name
