-- rule: RATES-WITHHELD
-- tables: rates.rates, published.rates
-- check: contract
-- severity: critical
-- category: disclosure
-- message: A row whose status is not ok or unreliable carries no number, band or method in any
--   column.
-- remedy: Never publish this; find the step that left the column filled.
-- keys: source_family, measure, area_code, geography_vintage, stratum_type, stratum, window_type,
--   period_start, period_end
-- grain: row without a shown value
-- inputs: none
SELECT
    source_family, measure, area_code, geography_vintage, stratum_type, stratum, window_type,
    period_start, period_end,
    observed, expected, offends
FROM ({withheld_rows}) AS w
