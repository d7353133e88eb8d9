-- Grain: one row per statement, as in rates.claims.
-- Inputs: rates.claims; disclosure_decisions; disclosure_policies (smallest count that the policy
-- of each series withholds; null where its counts are public).
-- A statement names its area and period in words, so a recomputation from a series whose policy
-- withholds anything cannot be tied to single cells and is withheld as a whole.
WITH guarded AS (
    SELECT DISTINCT d.source_family
    FROM disclosure_decisions AS d
    JOIN disclosure_policies AS p USING (source_family)
    WHERE d.withheld_here AND p.lowest IS NOT NULL
)

SELECT
    c.* EXCLUDE (recomputed_value, recomputed_display, inputs, verdict, best_fit, explanation),
    CASE WHEN g.source_family IS NULL THEN c.recomputed_value END AS recomputed_value,
    CASE WHEN g.source_family IS NULL THEN c.recomputed_display END AS recomputed_display,
    CASE WHEN g.source_family IS NULL THEN c.inputs END AS inputs,
    CASE WHEN g.source_family IS NULL THEN c.verdict ELSE 'cannot_be_computed' END AS verdict,
    CASE WHEN g.source_family IS NULL THEN c.best_fit END AS best_fit,
    CASE
        WHEN g.source_family IS NULL THEN c.explanation
        ELSE 'withheld: the series of the recomputation has protected counts'
    END AS explanation
FROM rates.claims AS c
LEFT JOIN guarded AS g USING (source_family)
