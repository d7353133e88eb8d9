-- rule: RATES-IDENTITIES
-- tables: rates.rates, published.rates
-- check: contract
-- severity: critical
-- category: identity
-- message: The counts under the rates add up as the rates mean it: neonatal and postneonatal deaths
--   to infant deaths, early and late to neonatal, stillbirths and early neonatal to perinatal
--   deaths, over the same births.
-- remedy: A rate stands on another count than its name says; look at its numerator and denominator
--   in measures.yaml. Sums that a producer prints a little differently are judged in core
--   (CORE-ID-…), not here.
-- keys: source_family, area_code, geography_vintage, stratum_type, stratum, window_type,
--   period_start, period_end, identity
-- grain: identity × series × area × window for which every rate is shown
-- inputs: none
-- Allowed are 1 % of the largest count of deaths, 0.1 % of births, and three counts a year: whether
-- a count is the right one is asked here, not whether weighted, rounded or misprinted counts add up
-- to the last death. Stillbirths of a cause are per stillbirths of all causes, which no rate of the
-- cause counts.
WITH terms AS ({rate_identities}),

needed AS (
    SELECT identity, count(*) AS terms FROM terms GROUP BY identity
),

summed AS (
    SELECT
        r.source_family, r.area_code, r.geography_vintage, r.stratum_type, r.stratum, r.window_type,
        r.period_start, r.period_end, t.identity,
        sum(
            t.sign * CASE t.side WHEN 'numerator' THEN r.numerator ELSE r.denominator END
        ) AS difference,
        max(CASE t.side WHEN 'numerator' THEN r.numerator ELSE r.denominator END) AS largest,
        CASE WHEN bool_or(t.side = 'denominator') THEN 0.001 ELSE 0.01 END AS share,
        count(*) AS terms
    FROM {relation} AS r
    JOIN terms AS t ON r.measure = t.measure
    WHERE r.value_status IN ('ok', 'unreliable')
        AND NOT (
            t.identity = 'stillbirth is per live births and stillbirths'
            AND list_has_any(string_split(r.stratum_type, '|'), [{of_the_death}])
        )
    GROUP BY ALL
)

SELECT
    s.source_family, s.area_code, s.geography_vintage, s.stratum_type, s.stratum, s.window_type,
    s.period_start, s.period_end, s.identity,
    format('a difference of {:.10g}', s.difference) AS observed,
    format('none, beside counts of up to {:.10g}', s.largest) AS expected,
    abs(s.difference) > s.share * s.largest + 3 * (
        year(s.period_end) - year(s.period_start) + 1
    ) AS offends
FROM summed AS s
JOIN needed AS n ON s.identity = n.identity AND s.terms = n.terms
