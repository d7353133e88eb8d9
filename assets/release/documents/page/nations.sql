-- Grain: one row per nation (or England and Wales together) and year with an annual figure of
-- infant mortality.
-- Inputs: published.rates.
SELECT
    area_code,
    area_name,
    area_type,
    country,
    source_family,
    period,
    CAST(year(period_end) AS INTEGER) AS year,
    numerator,
    denominator,
    rate,
    decimals,
    ci_lower_95,
    ci_upper_95,
    value_status
FROM published.rates
WHERE measure = 'infant_mortality'
    AND window_type = 'annual'
    AND stratum_type = 'all'
    AND is_preferred
    AND (area_type = 'country' OR contains(area_code, 'K04000001'))
    AND value_status IN ('ok', 'unreliable')
ORDER BY country = 'UK', country DESC, area_type, area_name, year
