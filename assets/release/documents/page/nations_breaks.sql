-- Grain: one row per declared break of a series of infant mortality.
-- Inputs: core.series_breaks.
SELECT source_family, CAST(first_year AS INTEGER) AS year, any_value(reason) AS reason
FROM core.series_breaks
WHERE measure = 'infant_mortality'
GROUP BY ALL
ORDER BY year, source_family
