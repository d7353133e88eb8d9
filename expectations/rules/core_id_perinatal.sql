-- rule: CORE-ID-PERINATAL
-- tables: core.observations
-- check: contract
-- severity: critical
-- category: identity
-- message: Stillbirths and early neonatal deaths add up to perinatal deaths.
-- remedy: Compare the row with the extract; where the producer printed it so, waive it with the printed figure as
--   evidence, else the column was read under the wrong name.
-- keys: source_family, area_code, geography_vintage, period_type, period_start, period_end, stratum_type, stratum
-- grain: series × area for which all three counts are there
-- inputs: none
SELECT
    source_family, area_code, geography_vintage, period_type, period_start, period_end, stratum_type, stratum,
    format('perinatal deaths {0:.10g}', perinatal, stillbirths + early_neonatal) AS observed,
    format('{1:.10g}, the sum of stillbirths and early neonatal deaths', perinatal, stillbirths + early_neonatal) AS expected,
    abs(perinatal - (stillbirths + early_neonatal)) > tolerance AS offends
FROM ({wide_counts}) AS w
WHERE perinatal IS NOT NULL AND stillbirths + early_neonatal IS NOT NULL
