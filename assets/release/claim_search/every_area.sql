-- Grain: one row per series × boundary set × stratum × window × area of a kind, of one period.
-- Inputs: now_rates, asked_measures and asked_strata (departs 0: as stated), areas_of_kind.
-- Parameters: first and last day of the stated period, or null for the newest calendar year of each
-- series. Withheld and absent rates have a row without a number.
SELECT
    r.source_family, r.geography_vintage, r.measure, r.stratum_type, r.stratum, r.window_type,
    r.period_start, r.period_end, r.area_code, r.area_name, r.value_status,
    CASE WHEN r.value_status IN ('ok', 'unreliable') THEN r.numerator END AS numerator,
    CASE WHEN r.value_status IN ('ok', 'unreliable') THEN r.denominator END AS denominator,
    CASE WHEN r.value_status IN ('ok', 'unreliable') THEN r.rate END AS rate,
    r.rate_per
FROM now_rates AS r
JOIN areas_of_kind AS k ON k.area_code = r.area_code
JOIN asked_measures AS m ON m.measure = r.measure AND m.departs = 0
JOIN asked_strata AS s
    ON s.stratum_type = r.stratum_type AND s.stratum = r.stratum AND s.departs = 0
WHERE CASE
        WHEN CAST($first AS DATE) IS NULL THEN r.window_type = 'annual'
        ELSE r.period_start = CAST($first AS DATE) AND r.period_end = CAST($last AS DATE)
    END
QUALIFY CAST($first AS DATE) IS NOT NULL OR r.period_end = max(r.period_end) FILTER (
    r.rate IS NOT NULL
) OVER (
    PARTITION BY r.source_family, r.geography_vintage, r.measure, r.stratum_type, r.stratum
)
ORDER BY ALL
