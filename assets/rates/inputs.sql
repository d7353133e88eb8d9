-- Grain: series × country of counts that no policy covers.
-- Inputs: core.observations, method_policies.
-- Only what the rates themselves declare is checked here. The contract of core.observations, which
-- blocks, checks that counts occur once and have a known area, a value that fits their status, and
-- whole years.
SELECT DISTINCT o.source_family, o.country
FROM core.observations AS o
ANTI JOIN method_policies AS p USING (source_family, country)
ORDER BY ALL
