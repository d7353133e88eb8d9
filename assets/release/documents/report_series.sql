-- Grain: one row per year of the national infant mortality series of both countries.
-- Inputs: published.rates.
SELECT
    area_name,
    source_family,
    CAST(year(period_end) AS INTEGER) AS year,
    rate
FROM published.rates
WHERE measure = 'infant_mortality'
    AND window_type = 'annual'
    AND stratum_type = 'all'
    AND area_code IN ('US', 'K04000001', 'K04000001, J99000001', 'J99000001, K04000001')
    AND value_status IN ('ok', 'unreliable')
ORDER BY country DESC, area_name, source_family, year
