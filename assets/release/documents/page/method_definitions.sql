-- Grain: one row per definition that rates of infant mortality refer to, with its series.
-- Inputs: published.rates, published.definitions.
SELECT d.text AS definition, list_sort(list(DISTINCT r.source_family)) AS families
FROM published.rates AS r
JOIN published.definitions AS d ON d.definition_id = r.definition_id
WHERE r.measure = 'infant_mortality' AND r.value_status IN ('ok', 'unreliable')
GROUP BY d.text
ORDER BY families, definition
