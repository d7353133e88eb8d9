-- rule: STRATA-COMPLETE
-- tables: published.strata
-- check: contract
-- severity: critical
-- category: reference
-- message: Every stratum that a rate is about is explained, once for each characteristic of it.
-- remedy: Name the characteristic in assets/schema/strata/dimensions.csv and build the published
--   tables again.
-- keys: stratum_type, stratum
-- grain: stratum
-- inputs: published.rates
WITH used AS (
    SELECT DISTINCT stratum_type, stratum
    FROM published.rates
    WHERE stratum_type <> 'all'
),

explained AS (
    SELECT stratum_type, stratum, string_agg(dimension, '|' ORDER BY dimension) AS dimensions
    FROM {relation}
    GROUP BY ALL
)

SELECT
    stratum_type, stratum,
    coalesce(e.dimensions, 'nothing') AS observed,
    CASE WHEN u.stratum IS NULL THEN 'nothing' ELSE stratum_type END AS expected,
    u.stratum IS NULL OR e.dimensions IS DISTINCT FROM stratum_type AS offends
FROM used AS u
FULL JOIN explained AS e USING (stratum_type, stratum)
