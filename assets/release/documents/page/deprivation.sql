-- Grain: one row per tenth of deprivation of England, newest window of one or three years (of two
-- that end together, the longer), with the slope and relative index of that window.
-- Inputs: published.rates, published.disparities.
SELECT
    r.stratum,
    r.area_name,
    r.source_family,
    r.period,
    r.numerator,
    r.rate,
    r.decimals,
    r.ci_lower_95,
    r.ci_upper_95,
    r.value_status,
    d.slope_index,
    d.slope_index_lower_95,
    d.slope_index_upper_95,
    d.relative_index,
    d.relative_index_lower_95,
    d.relative_index_upper_95
FROM published.rates AS r
LEFT JOIN published.disparities AS d
    ON d.source_family = r.source_family
    AND d.area_code = r.area_code
    AND d.geography_vintage = r.geography_vintage
    AND d.measure = r.measure
    AND d.stratum_type = r.stratum_type
    AND d.window_type = r.window_type
    AND d.period_start = r.period_start
    AND d.period_end = r.period_end
    AND d.slope_index IS NOT NULL
WHERE r.measure = 'infant_mortality'
    AND r.stratum_type = 'deprivation_decile'
    AND r.window_type IN ('annual', 'rolling_3_year')
    AND r.area_code = 'E92000001'
    AND r.is_preferred
    AND r.value_status IN ('ok', 'unreliable')
QUALIFY dense_rank() OVER (ORDER BY r.period_end DESC, r.period_start) = 1
ORDER BY try_cast(r.stratum AS INTEGER), r.stratum
