-- rule: RATES-FRACTIONS
-- tables: rates.rates, published.rates
-- check: contract
-- severity: critical
-- category: declaration
-- message: Every rate is the fraction that it is stated to be, count by count, twice: in
--   measures.yaml, which the rates are made by, and in the rules. No rate is made that only one of
--   them states.
-- remedy: Correct the one that is wrong; a new rate needs its counts in
--   expectations/rules/parts/rate_parts.sql and its sums in rate_identities.sql. They are stated
--   apart on purpose: a slip in one does not excuse itself.
-- keys: measure, side, count_measure
-- grain: rate × count that either states
-- inputs: none
WITH declared AS (SELECT * FROM ({declared_parts}) AS d(measure, count_measure, side)),

stated AS ({rate_parts}),

made AS (
    SELECT DISTINCT measure FROM {relation}
)

SELECT
    measure,
    coalesce(d.side, s.side, 'either') AS side,
    coalesce(d.count_measure, s.count_measure, 'no count') AS count_measure,
    concat_ws(
        ', ',
        CASE WHEN d.count_measure IS NOT NULL THEN 'in measures.yaml' END,
        CASE WHEN s.count_measure IS NOT NULL THEN 'in rate_parts.sql' END
    ) AS observed,
    'in measures.yaml, in rate_parts.sql' AS expected,
    d.count_measure IS NULL OR s.count_measure IS NULL AS offends
FROM declared AS d
FULL JOIN stated AS s USING (measure, count_measure, side)
FULL JOIN made USING (measure)
