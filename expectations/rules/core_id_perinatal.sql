-- rule: CORE-ID-PERINATAL
-- tables: core.observations
-- check: contract
-- severity: critical
-- category: identity
-- message: Stillbirths and early neonatal deaths add up to perinatal deaths.
-- remedy: Compare the row with the extract; where the producer printed it so, waive it with the
--   printed figure as evidence, else the column was read under the wrong name.
-- keys: source_family, area_code, geography_vintage, period_type, period_start, period_end,
--   stratum_type, stratum
-- grain: series × area for which all three counts are there
-- inputs: none
SELECT
    source_family, area_code, geography_vintage, period_type, period_start, period_end,
    stratum_type, stratum,
    format('perinatal deaths {:.10g}', perinatal_deaths) AS observed,
    format(
        '{:.10g}, the sum of stillbirths and early neonatal deaths',
        stillbirths + early_neonatal_deaths
    ) AS expected,
    abs(perinatal_deaths - (stillbirths + early_neonatal_deaths)) > tolerance AS offends
FROM ({wide_counts}) AS w
WHERE perinatal_deaths IS NOT NULL AND stillbirths + early_neonatal_deaths IS NOT NULL
