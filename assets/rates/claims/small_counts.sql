-- Grain: one row per kind of window of English local authorities: the latest that most areas have, on
-- the newest boundary set that has it, so that no authority is counted twice.
-- Inputs: rates.rates.
-- Only of series whose counts the ONS prints: the shares of other ones say how small their withheld
-- counts are.
WITH windows AS (
    SELECT
        source_family, geography_vintage, window_type, period_end,
        count(*) AS areas,
        count(*) FILTER (numerator < 3) AS below_3,
        count(*) FILTER (numerator < 10) AS below_10,
        count(*) FILTER (numerator < 20) AS below_20
    FROM rates.rates
    WHERE measure = 'infant_mortality' AND stratum_type = 'all' AND numerator IS NOT NULL
        AND area_type IN (
            'unitary_authority', 'metropolitan_district', 'non_metropolitan_district',
            'london_borough', 'combined_authority_areas'
        )
        AND area_code LIKE 'E%'
        AND source_family IN ('ons_occurrence', 'ons_registration')
        AND window_type IN ('annual', 'rolling_3_year')
    GROUP BY ALL
),
fullest AS (
    SELECT window_type, max(areas) AS areas FROM windows GROUP BY window_type
)
SELECT
    w.source_family, w.geography_vintage, w.window_type, w.period_end,
    w.areas, w.below_3, w.below_10, w.below_20
FROM windows AS w
JOIN fullest AS f USING (window_type)
WHERE 2 * w.areas >= f.areas
QUALIFY row_number() OVER (
    PARTITION BY w.window_type ORDER BY w.period_end DESC, w.geography_vintage DESC, w.source_family
) = 1
ORDER BY w.window_type
