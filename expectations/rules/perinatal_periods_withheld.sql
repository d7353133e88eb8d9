-- rule: PERINATAL-PERIODS-WITHHELD
-- tables: rates.perinatal_periods, published.perinatal_periods
-- check: contract
-- severity: critical
-- category: disclosure
-- message: A row whose status is not ok or unreliable carries no number in any column.
-- remedy: Never publish this; find the step that left the column filled.
-- keys: source_family, area_code, geography_vintage, window_type, period_start, period_end,
--   reference_period_end, period_of_risk
-- grain: row without a shown value
-- inputs: none
SELECT
    source_family, area_code, geography_vintage, window_type, period_start, period_end,
    reference_period_end, period_of_risk,
    observed, expected, offends
FROM ({withheld_rows}) AS w
