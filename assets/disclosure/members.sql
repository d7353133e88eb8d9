-- One row per area that is part of another one.
-- Inputs: core.areas (levels of the geography), core.region_members (declared regions).
-- The registry lists some counties of a state, never all: one member that nothing is known of stands for the others, so
-- that the listed ones are not taken for the whole state.
SELECT parent_code AS parent, geography_vintage, area_code AS member
FROM core.areas
WHERE parent_code IS NOT NULL AND parent_code <> area_code
UNION
SELECT parent_code AS parent, geography_vintage, parent_code || ' (other counties)' AS member
FROM core.areas
WHERE area_type = 'county' AND geography_vintage = 'US'
UNION
SELECT region_code AS parent, geography_vintage, member_code AS member
FROM core.region_members
ORDER BY ALL
