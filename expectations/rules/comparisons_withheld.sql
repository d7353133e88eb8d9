-- rule: COMPARISONS-WITHHELD
-- tables: published.comparisons
-- check: contract
-- severity: critical
-- category: disclosure
-- message: A row whose status is not ok or unreliable carries no number in any column.
-- remedy: Never publish this; find the step that left the column filled.
-- keys: measure, gestation_from, area_code, window_type, period_start, period_end
-- grain: row without a shown value
-- inputs: none
SELECT
    measure, gestation_from, area_code, window_type, period_start, period_end,
    observed, expected, offends
FROM ({withheld_rows}) AS w
