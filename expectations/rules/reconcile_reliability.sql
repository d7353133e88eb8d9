-- rule: RECONCILE-RELIABILITY
-- tables: rates.rates
-- check: plausibility
-- severity: warning
-- category: reconciliation
-- message: A rate that the producer marks as unreliable is unreliable here, and one that it prints
--   without a mark is not.
-- remedy: Compare the mark in the extract ([u], u, Unreliable or italics) with the count beside it;
--   a producer that forgot a mark is left as it is, a rule of the producer that changed belongs
--   into producer.yaml.
-- keys: source_family, area_code, geography_vintage, period_start, period_end, measure,
--   stratum_type, stratum, dataset_id
-- grain: printed rate of a sheet that marks unreliable rates
-- inputs: core.printed_rates
-- Editions and tables without marks, and copies that lost theirs, say nothing about reliability.
WITH marked AS (
    SELECT *
    FROM ({printed_windows})
    WHERE status IN ('ok', 'unreliable')
    QUALIFY bool_or(status = 'unreliable') OVER (PARTITION BY vintage_id, source_sheet)
)

SELECT
    source_family, area_code, geography_vintage, period_start, period_end, measure, stratum_type,
    stratum, dataset_id,
    'printed as ' || p.status AS observed,
    format('{} on {:.10g} events', r.value_status, r.numerator) AS expected,
    p.status <> r.value_status AS offends
FROM marked AS p
JOIN {relation} AS r USING (
    source_family, area_code, geography_vintage, window_type, period_start, period_end, measure,
    stratum_type, stratum
)
WHERE r.value_status IN ('ok', 'unreliable')
