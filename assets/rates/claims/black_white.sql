-- Grain: source_family × window inside the span with rates of both groups, widest and latest first.
-- Inputs: rates.rates, core.printed_rates. Parameters: area, first and last year.
-- Recomputed rates come before printed ones.
WITH recomputed AS (
    SELECT source_family, stratum_type, stratum, period_start, period_end, rate, 1 AS choice
    FROM rates.rates
    WHERE measure = 'infant_mortality' AND area_code = $area AND rate IS NOT NULL
        AND stratum_type IN (
            'race_and_hispanic_origin', 'hispanic_origin', 'race_bridged', 'race_single'
        )
),

printed AS (
    SELECT source_family, stratum_type, stratum, period_start, period_end, rate, 2 AS choice
    FROM core.printed_rates
    WHERE measure = 'infant_mortality' AND area_code = $area AND rate IS NOT NULL
        AND stratum_type IN (
            'race_and_hispanic_origin', 'hispanic_origin', 'race_bridged', 'race_single'
        )
),

both_kinds AS (
    SELECT * FROM recomputed
    UNION ALL
    SELECT * FROM printed
)

SELECT DISTINCT
    b.source_family,
    CASE b.choice WHEN 1 THEN 'recomputed rates' ELSE 'rates as printed' END AS basis,
    b.period_start, b.period_end, b.rate AS black, w.rate AS white, b.rate / w.rate AS ratio
FROM both_kinds AS b
JOIN both_kinds AS w USING (source_family, stratum_type, period_start, period_end, choice)
WHERE regexp_matches(lower(b.stratum), 'black') AND regexp_matches(lower(w.stratum), 'white')
    AND year(b.period_start) >= $first AND year(b.period_end) <= $last AND w.rate > 0
ORDER BY basis DESC, date_diff('day', b.period_start, b.period_end) DESC, b.period_end DESC
