-- Grain: one row per nation, kind of group, group and year: its rate beside that of the reference
-- group, as ratio and difference with limits.
-- Inputs: published.disparities, published.rates.
SELECT
    d.area_code,
    d.area_name,
    d.measure,
    d.source_family,
    d.stratum_type,
    d.stratum,
    d.reference_stratum,
    r.period,
    CAST(year(d.period_end) AS INTEGER) AS year,
    d.rate,
    d.reference_rate,
    d.rate_per,
    r.decimals,
    d.rate_ratio,
    d.rate_ratio_lower_95,
    d.rate_ratio_upper_95,
    d.rate_difference,
    d.rate_difference_lower_95,
    d.rate_difference_upper_95,
    d.excess_deaths,
    d.ratio_change,
    d.ratio_change_p_value,
    CAST(year(d.previous_period_end) AS INTEGER) AS year_before
FROM published.disparities AS d
JOIN published.rates AS r
    ON r.source_family = d.source_family
    AND r.area_code = d.area_code
    AND r.geography_vintage = d.geography_vintage
    AND r.measure = d.measure
    AND r.stratum_type = d.stratum_type
    AND r.stratum = d.stratum
    AND r.window_type = d.window_type
    AND r.period_start = d.period_start
    AND r.period_end = d.period_end
WHERE d.measure = 'infant_mortality'
    AND d.window_type = 'annual'
    AND d.area_type = 'country'
    AND d.stratum_type <> 'deprivation_decile'
    AND d.value_status IN ('ok', 'unreliable')
    AND d.rate_ratio IS NOT NULL
    AND r.is_preferred
ORDER BY d.area_name, d.stratum_type, d.stratum, year
