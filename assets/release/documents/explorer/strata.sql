-- Grain: one row per stratum and characteristic of it, in the order of the groups.
-- Inputs: published.strata.
SELECT stratum_type, stratum, dimension_title, group_name
FROM published.strata
ORDER BY stratum_type, dimension, position, group_code
