-- rule: CLAIMS-NICE-03
-- tables: published.claims
-- check: contract
-- severity: critical
-- category: recomputation
-- message: The answer to NICE's question is a share that the table suppression gives for the local
--   authorities of England.
-- remedy: Rebuild claims and suppression; both count the results that the producer would withhold.
-- keys: claim_id
-- grain: claim NICE-03 with a recomputation
-- inputs: published.suppression
SELECT
    c.claim_id,
    CAST(c.recomputed_value AS VARCHAR) AS observed,
    'a share_no_rate of english_local_authorities in the same series' AS expected,
    NOT EXISTS (
        SELECT 1
        FROM published.suppression AS s
        WHERE s.area_type = 'english_local_authorities'
            AND s.source_family = c.source_family
            AND s.measure = 'infant_mortality'
            AND abs(100 * s.share_no_rate - c.recomputed_value) < 1e-9
    ) AS offends
FROM {relation} AS c
WHERE c.claim_id = 'NICE-03' AND c.recomputed_value IS NOT NULL
