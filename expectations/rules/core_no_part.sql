-- rule: CORE-NO-PART
-- tables: core.observations
-- check: contract
-- severity: critical
-- category: reference
-- message: An export of CDC WONDER without footer has evidence that it counts everybody.
-- remedy: Take the extract out of use (imr withdraw VINTAGE), export the table again with its
--   footer, or offer the file again once the archive holds counts of everybody to compare it with.
-- keys: vintage_id
-- grain: vintage of CDC WONDER that counts are made of
-- inputs: core.vintages, staging.nchs_wonder
SELECT
    v.vintage_id,
    CASE
        WHEN w.is_trimmed THEN coalesce(v.note, 'no footer and no evidence')
        ELSE 'a footer'
    END AS observed,
    'a footer, or figures shown to count everybody' AS expected,
    w.is_trimmed AND coalesce(v.note, '') NOT LIKE '%shown to count everybody%' AS offends
FROM (
    SELECT
        vintage_id,
        bool_or(database_label = '(footer removed)') AS is_trimmed
    FROM staging.nchs_wonder
    WHERE vintage_id IN (SELECT vintage_id FROM {relation})
    GROUP BY vintage_id
) AS w
JOIN core.vintages AS v USING (vintage_id)
