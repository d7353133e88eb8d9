-- rule: CORE-PRINTED-RATE
-- tables: core.printed_rates
-- check: contract
-- severity: critical
-- category: reconciliation
-- message: A printed rate is the one that the counts beside it give, to half a unit of its last printed place.
-- remedy: Compare with the extract: a rate under the wrong heading, other births as denominator, or a misprint, which
--   is waived with the page as evidence.
-- keys: source_family, country, area_code, geography_vintage, period_type, period_start, period_end, measure,
--   stratum_type, stratum
-- grain: printed rate whose counts are there
-- inputs: core.observations
-- Ties are rounded either way by the producers, so half a unit is allowed in full. A weighted or rounded count may
-- itself be off by half of its unit.
SELECT
    r.source_family, r.country, r.area_code, r.geography_vintage, r.period_type, r.period_start, r.period_end, r.measure,
    r.stratum_type, r.stratum,
    format('printed {:.10g}', r.rate) AS observed,
    format('{:.6f} = {} × {:.10g} / {:.10g}', r.rate_per * c.numerator / c.denominator, r.rate_per, c.numerator,
        c.denominator) AS expected,
    abs(r.rate - r.rate_per * c.numerator / c.denominator)
    > 0.5 * pow(10, -r.decimals) + 1e-9
    + CASE
        WHEN c.rounded_to > 1 THEN r.rate_per * c.rounded_to * 0.5 / c.denominator
        WHEN r.source_family = 'nchs_linked' THEN r.rate_per * 0.5 / c.denominator
        ELSE 0
    END AS offends
FROM {relation} AS r
INNER JOIN ({counted_rates}) AS c USING (
    source_family, area_code, geography_vintage, period_type, period_start, period_end, measure, stratum_type, stratum
)
WHERE r.status IN ('ok', 'unreliable') AND c.denominator > 0
