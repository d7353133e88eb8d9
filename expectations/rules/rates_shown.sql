-- rule: RATES-SHOWN
-- tables: rates.rates, published.rates
-- check: contract
-- severity: critical
-- category: completeness
-- message: A row whose status is ok or unreliable carries its numerator, its denominator above
--   zero, and its rate.
-- remedy: Find the step that gave the row its status; a row without figures is missing, not ok.
-- keys: source_family, measure, area_code, geography_vintage, stratum_type, stratum, window_type,
--   period_start, period_end
-- grain: row with a shown value
-- inputs: none
SELECT
    source_family, measure, area_code, geography_vintage, stratum_type, stratum, window_type,
    period_start, period_end,
    format(
        'numerator {}, denominator {}, rate {}',
        coalesce(CAST(numerator AS VARCHAR), 'absent'),
        coalesce(CAST(denominator AS VARCHAR), 'absent'),
        coalesce(CAST(rate AS VARCHAR), 'absent')
    ) AS observed,
    'all three' AS expected,
    numerator IS NULL OR rate IS NULL OR NOT coalesce(denominator > 0, FALSE) AS offends
FROM {relation}
WHERE value_status IN ('ok', 'unreliable')
