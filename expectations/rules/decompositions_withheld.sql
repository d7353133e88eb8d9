-- rule: DECOMPOSITIONS-WITHHELD
-- tables: rates.decompositions, published.decompositions
-- check: contract
-- severity: critical
-- category: disclosure
-- message: A row whose status is not ok or unreliable carries no number in any column.
-- remedy: Never publish this; find the step that left the column filled.
-- keys: pair_id, measure, dimension, grouping_id, factor, group_code
-- grain: row without a shown value
-- inputs: none
SELECT
    pair_id, measure, dimension, grouping_id, factor, group_code,
    observed, expected, offends
FROM ({withheld_rows}) AS w
