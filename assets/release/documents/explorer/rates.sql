-- Grain: one row per preferred rate: place × measure × stratum × window, with the rank of its area.
-- Inputs: published.rates, published.rankings.
-- Limits are rounded here, once, to the digits of their rate; the rate itself is told as rate_text.
SELECT
    r.place_code,
    r.area_code,
    r.geography_vintage,
    r.source_family,
    r.measure,
    r.stratum_type,
    r.stratum,
    r.window_type,
    r.period,
    r.period_start,
    r.period_end,
    r.value_status,
    r.status_reason,
    r.numerator,
    r.denominator,
    r.rate_per,
    r.decimals,
    r.rate_text,
    round(r.ci_lower_95, CAST(r.decimals AS INTEGER)) AS lower,
    round(r.ci_upper_95, CAST(r.decimals AS INTEGER)) AS upper,
    r.compared_with_nation,
    r.funnel,
    r.is_provisional,
    r.is_latest,
    r.definition_id,
    r.vintages,
    k.rank,
    k.areas_ranked
FROM published.rates AS r
LEFT JOIN published.rankings AS k
    ON k.rank_on = 'rounded'
    AND r.stratum_type = 'all'
    AND k.source_family = r.source_family
    AND k.measure = r.measure
    AND k.area_code = r.area_code
    AND k.geography_vintage = r.geography_vintage
    AND k.window_type = r.window_type
    AND k.period_start = r.period_start
    AND k.period_end = r.period_end
WHERE r.is_preferred
ORDER BY
    r.place_code, r.measure, r.stratum_type, r.stratum, r.window_type, r.period_end, r.period_start
