-- rule: CLAIMS-VERDICT
-- tables: rates.claims, published.claims
-- check: plausibility
-- severity: warning
-- category: recomputation
-- message: A claim with a verdict has its recomputation beside it, and one that cannot be computed
--   has none.
-- remedy: Rebuild the claims.
-- keys: claim_id
-- grain: claim
-- inputs: none
SELECT
    claim_id,
    format(
        '{} with {}', verdict,
        coalesce(recomputed_display, CAST(recomputed_value AS VARCHAR), 'no recomputation')
    ) AS observed,
    CASE verdict
        WHEN 'cannot_be_computed' THEN 'no recomputation'
        ELSE 'a recomputation'
    END AS expected,
    (verdict <> 'cannot_be_computed') <> (
        recomputed_value IS NOT NULL OR recomputed_display IS NOT NULL
    ) AS offends
FROM {relation}
