-- Grain: one row per rate of infant mortality of a county that is withheld here, with its count and
-- why: it is small, or it would give a small one away.
-- Inputs: rates.rates (before disclosure control), published.rates (after it).
-- Parameters: smallest and largest count that the policy withholds, series.
SELECT
    r.area_code,
    r.area_name,
    r.window_type,
    r.period,
    CAST(r.numerator AS BIGINT) AS deaths,
    CASE WHEN r.numerator BETWEEN ? AND ? THEN 'small' ELSE 'complementary' END AS why
FROM rates.rates AS r
JOIN published.rates AS p USING (
    source_family, measure, area_code, geography_vintage, stratum_type, stratum, window_type,
    period_start, period_end
)
WHERE r.source_family = ?
    AND r.measure = 'infant_mortality'
    AND p.value_status = 'suppressed'
    AND r.numerator IS NOT NULL
ORDER BY why, r.window_type, r.period, r.area_code
