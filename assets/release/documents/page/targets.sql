-- Grain: one row per target or benchmark and nation: the newest annual figure beside it.
-- Inputs: published.targets, published.rates, published.definitions.
SELECT
    t.target_id,
    t.target_kind,
    t.area_code,
    t.area_name,
    t.area_type,
    t.measure,
    t.source_family,
    t.period,
    t.target_value,
    r.rate,
    r.rate_per,
    r.decimals,
    r.ci_lower_95,
    r.ci_upper_95,
    t.gap,
    t.is_met,
    t.share_achieved_percent,
    d.source AS target_source
FROM published.targets AS t
JOIN published.rates AS r
    ON r.source_family = t.source_family
    AND r.area_code = t.area_code
    AND r.geography_vintage = t.geography_vintage
    AND r.measure = t.measure
    AND r.stratum_type = t.stratum_type
    AND r.stratum = t.stratum
    AND r.window_type = t.window_type
    AND r.period_start = t.period_start
    AND r.period_end = t.period_end
LEFT JOIN published.definitions AS d ON d.definition_id = t.target_id
WHERE t.window_type = 'annual'
    AND (t.area_type = 'country' OR contains(t.area_code, 'K04000001'))
    AND t.is_latest
ORDER BY t.target_kind DESC, t.country DESC, t.area_name, t.target_id
