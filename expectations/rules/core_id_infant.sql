-- rule: CORE-ID-INFANT
-- tables: core.observations
-- check: contract
-- severity: critical
-- category: identity
-- message: Neonatal and postneonatal deaths add up to infant deaths.
-- remedy: Compare the row with the extract; where the producer printed it so, waive it with the printed figure as
--   evidence, else the column was read under the wrong name.
-- keys: source_family, area_code, geography_vintage, period_type, period_start, period_end, stratum_type, stratum
-- grain: series × area for which all three counts are there
-- inputs: none
SELECT
    source_family, area_code, geography_vintage, period_type, period_start, period_end, stratum_type, stratum,
    format('infant deaths {0:.10g}', infant, neonatal + postneonatal) AS observed,
    format('{1:.10g}, the sum of neonatal and postneonatal deaths', infant, neonatal + postneonatal) AS expected,
    abs(infant - (neonatal + postneonatal)) > tolerance AS offends
FROM ({wide_counts}) AS w
WHERE infant IS NOT NULL AND neonatal + postneonatal IS NOT NULL
