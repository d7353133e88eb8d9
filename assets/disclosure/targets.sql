-- Grain: one row per row of rates.targets, with the status after disclosure control.
-- Inputs: rates.targets, disclosure_decisions.
SELECT
    t.* REPLACE (d.is_preferred AS is_preferred, d.is_latest AS is_latest),
    CASE
        WHEN t.value_status NOT IN ('ok', 'unreliable') THEN t.value_status
        ELSE d.published_status
    END AS published_status
FROM rates.targets AS t
JOIN disclosure_decisions AS d
    ON d.source_family = t.source_family
    AND d.measure = t.measure
    AND d.area_code = t.area_code
    AND d.geography_vintage = t.geography_vintage
    AND d.stratum_type = t.stratum_type
    AND d.stratum = t.stratum
    AND d.window_type = t.window_type
    AND d.period_start = t.period_start
    AND d.period_end = t.period_end
