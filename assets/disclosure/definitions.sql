-- Grain: one row per definition that a row of the release refers to.
-- Inputs: declared_definitions (all that are declared); published.rates, published.targets and
-- published.suppression, which refer to them.
SELECT d.definition_id, d.kind, d.text, d.source
FROM declared_definitions AS d
SEMI JOIN (
    SELECT definition_id FROM published.rates
    UNION
    SELECT target_id FROM published.targets
    UNION
    SELECT policy FROM published.suppression
) AS used USING (definition_id)
