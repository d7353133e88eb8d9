-- Grain: one row per nation and twelve months with a figure of infant mortality, with what the test
-- against the twelve months a year earlier says.
-- Inputs: published.rates, published.trends.
SELECT
    r.area_code,
    r.area_name,
    r.source_family,
    r.period,
    r.period_start,
    r.period_end,
    r.numerator,
    r.denominator,
    r.rate,
    r.decimals,
    r.ci_lower_95,
    r.ci_upper_95,
    r.is_provisional,
    t.rate_start AS rate_before,
    t.verdict
FROM published.rates AS r
LEFT JOIN published.trends AS t
    ON t.trend_type = 'year_on_year'
    AND t.source_family = r.source_family
    AND t.area_code = r.area_code
    AND t.measure = r.measure
    AND t.geography_vintage = r.geography_vintage
    AND t.period_end = r.period_end
    AND t.rate_start IS NOT NULL
    AND date_diff('month', t.period_start, t.period_end) = 23
WHERE r.measure = 'infant_mortality'
    AND r.window_type = 'rolling_12_month'
    AND r.stratum_type = 'all'
    AND r.is_preferred
    AND (r.area_type = 'country' OR contains(r.area_code, 'K04000001'))
    AND r.value_status IN ('ok', 'unreliable')
ORDER BY r.area_name, r.area_code, r.source_family, r.period_end
