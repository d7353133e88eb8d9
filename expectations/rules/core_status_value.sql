-- rule: CORE-STATUS-VALUE
-- tables: core.observations
-- check: contract
-- severity: critical
-- category: status
-- message: A count has a value exactly when its status is ok; suppressed, missing and zero stay
--   apart.
-- remedy: Trace the cell by its source row and raw text; its symbol was not recognised or became a
--   number.
-- keys: source_family, area_code, geography_vintage, period_type, period_start, period_end,
--   measure, stratum_type, stratum
-- grain: observation
-- inputs: none
SELECT
    source_family, area_code, geography_vintage, period_type, period_start, period_end, measure,
    stratum_type, stratum,
    format('status {} with {}', status, coalesce(CAST(value AS VARCHAR), 'no value')) AS observed,
    CASE status WHEN 'ok' THEN 'a value' ELSE 'no value' END AS expected,
    (value IS NOT NULL) <> (status = 'ok') AS offends
FROM {relation}
