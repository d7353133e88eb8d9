-- Grain: one row per dataset of the release, with the extracts that it stands on.
-- Inputs: published.sources.
SELECT
    dataset_id,
    any_value(title) AS title,
    any_value(producer) AS producer,
    count(*) AS extracts,
    max(retrieved_at) AS retrieved_at,
    max(published_at) AS published_at,
    list(DISTINCT status) AS statuses
FROM published.sources
GROUP BY dataset_id
ORDER BY dataset_id
