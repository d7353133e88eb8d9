-- rule: CORE-ID-INFANT
-- tables: core.observations
-- check: contract
-- severity: critical
-- category: identity
-- message: Neonatal and postneonatal deaths add up to infant deaths.
-- remedy: Compare the row with the extract; where the producer printed it so, waive it with the
--   printed figure as evidence, else the column was read under the wrong name.
-- keys: source_family, area_code, geography_vintage, period_type, period_start, period_end,
--   stratum_type, stratum
-- grain: series × area for which all three counts are there
-- inputs: none
SELECT
    source_family, area_code, geography_vintage, period_type, period_start, period_end,
    stratum_type, stratum,
    format('infant deaths {:.10g}', infant_deaths) AS observed,
    format(
        '{:.10g}, the sum of neonatal and postneonatal deaths',
        neonatal_deaths + postneonatal_deaths
    ) AS expected,
    abs(infant_deaths - (neonatal_deaths + postneonatal_deaths)) > tolerance AS offends
FROM ({wide_counts}) AS w
WHERE infant_deaths IS NOT NULL AND neonatal_deaths + postneonatal_deaths IS NOT NULL
