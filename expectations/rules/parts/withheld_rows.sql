-- Grain: row of the table that is checked, without a shown value.
-- Inputs: the table that is checked.
-- Whatever would give the value away must be empty beside it.
SELECT
    *,
    format('{} with {}', value_status, coalesce(nullif({withheld}, ''), 'nothing')) AS observed,
    'every such column empty' AS expected,
    {withheld} <> '' AS offends
FROM {relation}
WHERE value_status NOT IN ('ok', 'unreliable')
