-- Grain: one row per row of rates.rates (same key): the status after disclosure control.
-- Inputs: rates.rates; disclosure_patterns (keys that our own policy withholds, with the reason).
-- withheld_here marks rows whose numbers we have and hide; what a producer hides has no number.
SELECT
    r.source_family,
    r.country,
    r.measure,
    r.area_code,
    r.area_type,
    r.geography_vintage,
    r.stratum_type,
    r.stratum,
    r.window_type,
    r.period_start,
    r.period_end,
    CASE WHEN p.source_family IS NOT NULL THEN 'suppressed' ELSE r.value_status END
        AS published_status,
    coalesce(p.reason, r.status_reason) AS published_reason,
    p.source_family IS NOT NULL AS withheld_here
FROM rates.rates AS r
LEFT JOIN disclosure_patterns AS p
    USING (
        source_family, measure, area_code, geography_vintage, stratum_type, stratum, window_type,
        period_start, period_end
    )
