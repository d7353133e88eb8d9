-- Grain: source_family × area × period × stratum, one column per count; null unless its status is ok.
-- Inputs: the table that is checked (core.observations).
SELECT
    source_family,
    area_code,
    geography_vintage,
    period_type,
    period_start,
    period_end,
    stratum_type,
    stratum,
    max(value) FILTER (WHERE measure = 'live_births' AND status = 'ok') AS live_births,
    max(value) FILTER (WHERE measure = 'stillbirths' AND status = 'ok') AS stillbirths,
    max(value) FILTER (WHERE measure = 'early_neonatal_deaths' AND status = 'ok') AS early_neonatal,
    max(value) FILTER (WHERE measure = 'late_neonatal_deaths' AND status = 'ok') AS late_neonatal,
    max(value) FILTER (WHERE measure = 'neonatal_deaths' AND status = 'ok') AS neonatal,
    max(value) FILTER (WHERE measure = 'postneonatal_deaths' AND status = 'ok') AS postneonatal,
    max(value) FILTER (WHERE measure = 'infant_deaths' AND status = 'ok') AS infant,
    max(value) FILTER (WHERE measure = 'perinatal_deaths' AND status = 'ok') AS perinatal,
    -- Each of three rounded counts may be off by half a unit; weighted counts are printed rounded, and neonatal deaths
    -- may be the sum of four ages.
    greatest(
        1.5 * (max(rounded_to) - 1), CASE WHEN source_family = 'nchs_linked' THEN 3 ELSE 0 END
    ) + 1e-6 AS tolerance
FROM {relation}
GROUP BY
    source_family, area_code, geography_vintage, period_type, period_start, period_end, stratum_type, stratum
