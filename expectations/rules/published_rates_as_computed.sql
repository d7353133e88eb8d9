-- rule: RATES-AS-COMPUTED
-- tables: published.rates
-- check: contract
-- severity: critical
-- category: recomputation
-- message: Every rate of the computation has its row in the release, and what is shown is what was
--   computed; disclosure control only takes away.
-- remedy: Rebuild the published tables after the rates.
-- keys: source_family, measure, area_code, geography_vintage, stratum_type, stratum, window_type,
--   period_start, period_end
-- grain: rate of either table
-- inputs: rates.rates
SELECT
    source_family, measure, area_code, geography_vintage, stratum_type, stratum, window_type,
    period_start, period_end,
    CASE
        WHEN p.value_status IS NULL THEN 'no row'
        ELSE format(
            '{} {} / {}',
            p.value_status,
            coalesce(CAST(p.numerator AS VARCHAR), '-'),
            coalesce(CAST(p.denominator AS VARCHAR), '-')
        )
    END AS observed,
    CASE
        WHEN r.value_status IS NULL THEN 'no row'
        ELSE 'the computed figures, or none'
    END AS expected,
    p.value_status IS NULL
    OR r.value_status IS NULL
    OR (
        p.value_status IN ('ok', 'unreliable')
        AND (
            p.numerator IS DISTINCT FROM r.numerator
            OR p.denominator IS DISTINCT FROM r.denominator
            OR p.rate IS DISTINCT FROM r.rate
            OR p.ci_lower_95 IS DISTINCT FROM r.ci_lower_95
            OR p.ci_upper_95 IS DISTINCT FROM r.ci_upper_95
        )
    ) AS offends
FROM {relation} AS p
FULL JOIN rates.rates AS r USING (
    source_family, measure, area_code, geography_vintage, stratum_type, stratum, window_type,
    period_start, period_end
)
