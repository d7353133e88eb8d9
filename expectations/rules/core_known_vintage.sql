-- rule: CORE-KNOWN-VINTAGE
-- tables: core.observations, core.printed_rates
-- check: contract
-- severity: critical
-- category: reference
-- message: Every figure was read from a vintage in use.
-- remedy: Rebuild the core tables; they stand on an extract that is no longer in use.
-- keys: vintage_id
-- grain: vintage
-- inputs: core.vintages
SELECT
    o.vintage_id,
    format('{} figures', o.figures) AS observed,
    'a row in core.vintages' AS expected,
    v.vintage_id IS NULL AS offends
FROM (SELECT vintage_id, count(*) AS figures FROM {relation} GROUP BY ALL) AS o
LEFT JOIN core.vintages AS v USING (vintage_id)
