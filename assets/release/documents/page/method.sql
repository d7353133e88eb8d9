-- Grain: one row per citation that the producers ask for.
-- Inputs: published.sources.
SELECT DISTINCT producer, citation, licence
FROM published.sources
WHERE citation IS NOT NULL
ORDER BY ALL
