-- rule: CORE-ID-NEONATAL
-- tables: core.observations
-- check: contract
-- severity: critical
-- category: identity
-- message: Early and late neonatal deaths add up to neonatal deaths.
-- remedy: Compare the row with the extract; where the producer printed it so, waive it with the
--   printed figure as evidence, else the column was read under the wrong name.
-- keys: source_family, area_code, geography_vintage, period_type, period_start, period_end,
--   stratum_type, stratum
-- grain: series × area for which all three counts are there
-- inputs: none
SELECT
    source_family, area_code, geography_vintage, period_type, period_start, period_end,
    stratum_type, stratum,
    format('neonatal deaths {:.10g}', neonatal_deaths) AS observed,
    format(
        '{:.10g}, the sum of early and late neonatal deaths',
        early_neonatal_deaths + late_neonatal_deaths
    ) AS expected,
    abs(neonatal_deaths - (early_neonatal_deaths + late_neonatal_deaths)) > tolerance AS offends
FROM ({wide_counts}) AS w
WHERE neonatal_deaths IS NOT NULL AND early_neonatal_deaths + late_neonatal_deaths IS NOT NULL
