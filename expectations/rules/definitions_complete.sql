-- rule: DEFINITIONS-COMPLETE
-- tables: published.definitions
-- check: contract
-- severity: critical
-- category: reference
-- message: Every definition that a row refers to is there, and none that no row refers to.
-- remedy: Rebuild the published tables; a definition is declared under another name.
-- keys: definition_id
-- grain: definition
-- inputs: published.rates, published.targets, published.suppression
WITH used AS (
    SELECT definition_id FROM published.rates
    UNION
    SELECT target_id AS definition_id FROM published.targets
    UNION
    SELECT policy AS definition_id FROM published.suppression
)

SELECT
    definition_id,
    CASE WHEN d.text IS NULL THEN 'no definition' ELSE 'a definition' END AS observed,
    CASE WHEN u.definition_id IS NULL THEN 'none' ELSE 'a definition' END AS expected,
    d.text IS NULL OR u.definition_id IS NULL AS offends
FROM {relation} AS d
FULL JOIN used AS u USING (definition_id)
