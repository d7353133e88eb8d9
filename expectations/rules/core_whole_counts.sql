-- rule: CORE-WHOLE-COUNTS
-- tables: core.observations
-- check: contract
-- severity: critical
-- category: plausible_counts
-- message: Counts are whole numbers, except weighted ones of the linked file.
-- remedy: Look at the extract: perturbed example workbooks carry decimals, and a rate column may
--   have been read as a count.
-- keys: source_family, area_code, geography_vintage, period_type, period_start, period_end,
--   measure, stratum_type, stratum
-- grain: observation with a value, linked file left out
-- inputs: none
SELECT
    source_family, area_code, geography_vintage, period_type, period_start, period_end, measure,
    stratum_type, stratum,
    CAST(value AS VARCHAR) AS observed,
    'a whole number' AS expected,
    value <> floor(value) AS offends
FROM {relation}
WHERE value IS NOT NULL AND source_family <> 'nchs_linked'
