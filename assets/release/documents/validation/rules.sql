-- Grain: one row per rule that was evaluated on a table of the release.
-- Inputs: published.quality.
SELECT
    table_name,
    rule_id,
    check_name,
    category,
    severity,
    outcome,
    message,
    observed,
    expected,
    failing_count,
    failing_keys,
    remedy,
    waiver_id,
    content_hash,
    evaluated_at
FROM published.quality
ORDER BY table_name, rule_id
