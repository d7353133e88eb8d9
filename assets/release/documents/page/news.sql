-- Grain: one row per cause and kind of change since the release before, with the keys that differ.
-- Inputs: published.changes.
SELECT cause, change, count(DISTINCT (table_name, row_key)) AS keys
FROM published.changes
GROUP BY ALL
ORDER BY keys DESC, cause, change
