-- Grain: measure × area × window × target or benchmark.
-- Inputs: rates.rates, method_targets.
-- Lower is better for every target here: met means at or below the target, unrounded.
SELECT
    r.source_family, r.country, r.area_code, r.area_name, r.area_type, r.geography_vintage,
    r.measure, r.window_type, r.period_start, r.period_end, r.period,
    t.target_id, t.target_kind, t.target_value,
    r.rate,
    r.rate - t.target_value AS gap,
    CASE WHEN t.target_kind = 'target' THEN r.rate <= t.target_value END AS is_met,
    CASE
        WHEN r.area_code = t.share_for
            THEN 100 * (r.rate - t.baseline) / (t.target_value - t.baseline)
    END AS share_achieved_percent,
    r.value_status,
    '{method_version}' AS method_version,
    r.is_preferred,
    r.is_latest,
    r.stratum_type,
    r.stratum
FROM rates.rates AS r
JOIN method_targets AS t
    ON t.measure = r.measure
    AND t.stratum_type = r.stratum_type
    AND t.stratum = r.stratum
    AND (t.country IS NULL OR t.country = r.country)
    AND list_contains(t.area_types, r.area_type)
    AND (t.areas IS NULL OR list_contains(t.areas, r.area_code))
    AND year(r.period_end) >= t.first_year
WHERE r.value_status IN ('ok', 'unreliable', 'suppressed')
