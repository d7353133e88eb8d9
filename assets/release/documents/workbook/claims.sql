-- Grain: statement.
-- Inputs: published.claims.
SELECT
    claim_id,
    document,
    statement,
    area,
    period,
    claimed_value,
    unit,
    coalesce(TRY_CAST(recomputed_display AS DOUBLE), recomputed_value) AS recomputed_value,
    CASE verdict
        WHEN 'reproduces' THEN 'Reproduces'
        WHEN 'does_not_reproduce' THEN 'Does not reproduce'
        ELSE 'Cannot be computed'
    END AS verdict,
    explanation,
    'ok' AS value_status
FROM published.claims
ORDER BY claim_id
