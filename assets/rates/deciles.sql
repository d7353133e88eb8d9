-- Grain: pair of decile 1 against 10 × decile: births, rate and limits of each decile of the area.
-- Inputs: disparity_pairs, rates.rates. Only areas and windows that have all ten.
SELECT
    p.pair_id,
    CAST(regexp_extract(r.stratum, '[0-9]+') AS INTEGER) AS decile,
    r.denominator AS births, r.rate, r.ci_lower_95 AS lower, r.ci_upper_95 AS upper
FROM disparity_pairs AS p
JOIN rates.rates AS r USING (
    source_family, measure, area_code, geography_vintage, stratum_type, window_type,
    period_start, period_end
)
WHERE p.stratum_type = 'deprivation_decile'
    AND regexp_extract(p.stratum, '[0-9]+') = '1'
    AND regexp_extract(p.reference_stratum, '[0-9]+') = '10'
    AND regexp_extract(r.stratum, '[0-9]+') <> ''
    AND r.rate IS NOT NULL
QUALIFY count(*) OVER (PARTITION BY p.pair_id) = 10
ORDER BY p.pair_id, decile
