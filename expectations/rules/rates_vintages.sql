-- rule: RATES-VINTAGES
-- tables: published.rates
-- check: contract
-- severity: critical
-- category: reference
-- message: A rate with a number names the extracts that its counts come from, and all of them are
--   in use.
-- remedy: Rebuild the table; look at assets/rates/vintages.sql.
-- keys: vintages
-- grain: combination of extracts
-- inputs: published.sources
WITH named AS (
    SELECT
        vintages, count(*) AS figures,
        unnest(coalesce(string_split(vintages, ' '), ['none'])) AS vintage_id
    FROM {relation}
    WHERE vintages IS NOT NULL OR value_status IN ('ok', 'unreliable')
    GROUP BY vintages
)

SELECT
    coalesce(n.vintages, 'none') AS vintages,
    format('{} rows', any_value(n.figures)) AS observed,
    'rows of published.sources' AS expected,
    bool_or(v.vintage_id IS NULL) AS offends
FROM named AS n
LEFT JOIN published.sources AS v USING (vintage_id)
GROUP BY n.vintages
