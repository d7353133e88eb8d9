-- Grain: one row per kind of window of English local authorities: the latest that most areas have,
-- on the newest boundary set that has it, so that no authority is counted twice.
-- Inputs: rates.rates, method_policies (events below which the ONS prints no rate). The share is
-- that of table suppression, share_no_rate of english_local_authorities.
-- Only of series whose counts the ONS prints: the shares of other ones say how small their withheld
-- counts are.
WITH windows AS (
    SELECT
        r.source_family, r.geography_vintage, r.window_type, r.period_end,
        any_value(m.not_calculated_below) AS least,
        count(*) AS areas,
        count(*) FILTER (
            r.value_status = 'suppressed' OR r.numerator < m.not_calculated_below
        ) AS withheld,
        count(*) FILTER (r.numerator < 10) AS below_10,
        count(*) FILTER (r.numerator < 20) AS below_20
    FROM rates.rates AS r
    JOIN method_policies AS m
        ON m.source_family = r.source_family AND m.country = r.country AND m.measure = r.measure
        AND r.period_end BETWEEN CAST(m.effective_from AS DATE) AND CAST(m.effective_to AS DATE)
    WHERE r.measure = 'infant_mortality' AND r.stratum_type = 'all'
        AND r.value_status IN ('ok', 'unreliable', 'suppressed')
        AND r.area_type IN {local_authorities}
        AND r.area_code LIKE 'E%'
        AND r.source_family IN ('ons_occurrence', 'ons_registration')
        AND r.window_type IN ('annual', 'rolling_3_year')
    GROUP BY ALL
),

fullest AS (
    SELECT window_type, max(areas) AS areas FROM windows GROUP BY window_type
)

SELECT
    w.source_family, w.geography_vintage, w.window_type, w.period_end,
    w.areas, w.least, w.withheld, w.below_10, w.below_20
FROM windows AS w
JOIN fullest AS f USING (window_type)
WHERE 2 * w.areas >= f.areas
QUALIFY row_number() OVER (
    PARTITION BY w.window_type ORDER BY w.period_end DESC, w.geography_vintage DESC, w.source_family
) = 1
ORDER BY w.window_type
