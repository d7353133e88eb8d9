-- Grain: one row per extract that the release stands on.
-- Inputs: published.sources.
SELECT vintage_id, dataset_id, source, producer, title, url, published_at, licence, citation, note
FROM published.sources
ORDER BY producer, title, published_at DESC, vintage_id
