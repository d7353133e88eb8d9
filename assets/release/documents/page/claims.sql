-- Grain: one row per statement that others make, with its recomputation.
-- Inputs: published.claims.
SELECT
    claim_id, document, statement, area, period, claimed_value, unit, recomputed_display,
    verdict, best_fit, explanation
FROM published.claims
ORDER BY
    CASE verdict WHEN 'does_not_reproduce' THEN 1 WHEN 'reproduces' THEN 2 ELSE 3 END, claim_id
