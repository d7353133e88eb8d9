-- rule: AREAS-PARENTS
-- tables: core.areas, published.areas
-- check: contract
-- severity: critical
-- category: reference
-- message: The area above an area, and its region, are themselves in the registry, and no area is
--   above itself.
-- remedy: Correct the parent or region in the geography registry.
-- keys: area_code, geography_vintage
-- grain: area × boundary set × area named above it
-- inputs: none
WITH above AS (
    SELECT area_code, geography_vintage, parent_code AS named
    FROM {relation}
    WHERE parent_code IS NOT NULL
    UNION
    SELECT area_code, geography_vintage, region_code FROM {relation} WHERE region_code IS NOT NULL
)

SELECT
    a.area_code, a.geography_vintage,
    a.named AS observed,
    'another area of the registry' AS expected,
    k.area_code IS NULL OR a.named = a.area_code AS offends
FROM above AS a
LEFT JOIN (SELECT DISTINCT area_code FROM {relation}) AS k ON a.named = k.area_code
