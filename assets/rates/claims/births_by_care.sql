-- Grain: source_family × year × month in which prenatal care began, with the live births.
-- Inputs: core.observations. Parameter: area.
SELECT source_family, year(period_end) AS year, stratum AS group_code, sum(value) AS births
FROM core.observations
WHERE measure = 'live_births' AND area_code = $area AND stratum_type = 'prenatal_care'
    AND period_type = 'year' AND status = 'ok'
GROUP BY ALL
HAVING count(*) = 1
ORDER BY ALL
