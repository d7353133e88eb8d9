-- One row per area that is part of another one.
-- Inputs: core.areas (levels of the geography), core.region_members (declared regions).
SELECT parent_code AS parent, geography_vintage, area_code AS member
FROM core.areas
WHERE parent_code IS NOT NULL AND parent_code <> area_code
UNION
SELECT region_code AS parent, geography_vintage, member_code AS member
FROM core.region_members
ORDER BY ALL
