-- rule: CORE-PRINTED-STATUS
-- tables: core.printed_rates
-- check: contract
-- severity: critical
-- category: status
-- message: A printed rate has a value exactly when its status is ok or unreliable.
-- remedy: Trace the cell by its source row and raw text; its symbol was not recognised or became a
--   number.
-- keys: source_family, area_code, geography_vintage, period_type, period_start, period_end,
--   measure, stratum_type, stratum
-- grain: printed rate
-- inputs: none
SELECT
    source_family, area_code, geography_vintage, period_type, period_start, period_end, measure,
    stratum_type, stratum,
    format('status {} with {}', status, coalesce(CAST(rate AS VARCHAR), 'no rate')) AS observed,
    CASE WHEN status IN ('ok', 'unreliable') THEN 'a rate' ELSE 'no rate' END AS expected,
    (rate IS NOT NULL) <> (status IN ('ok', 'unreliable')) AS offends
FROM {relation}
