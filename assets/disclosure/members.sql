-- Grain: one row per area that is part of another one.
-- Inputs: {areas} (levels of the geography), {region_members} (declared regions); core.areas and
-- core.region_members before a release, what its areas.parquet says of both for a release folder.
-- The registry lists some counties or New York City of a state, never all: one member that nothing
-- is known of stands for the others, so that the listed ones are not taken for the whole state.
SELECT parent_code AS parent, geography_vintage, area_code AS member
FROM {areas}
WHERE parent_code IS NOT NULL AND parent_code <> area_code
    -- Regions of the US overlap its states, and planning regions of Connecticut its old counties:
    -- neither is a part beside the others.
    AND NOT (geography_vintage = 'US' AND area_type = 'region')
    AND NOT (area_type = 'county' AND area_code LIKE '091_0')
UNION
SELECT parent_code AS parent, geography_vintage, parent_code || ' (other counties)' AS member
FROM {areas}
WHERE area_type IN ('county', 'registration_area') AND geography_vintage = 'US'
UNION
-- An area is the sum of those that were merged into it; one that was split is no sum of parts here.
SELECT min(parent) AS parent, 'before ' || geography_vintage AS geography_vintage, member
FROM (
    SELECT DISTINCT
        area_code AS parent, geography_vintage, unnest(string_split(predecessors, ';')) AS member
    FROM {areas}
    WHERE predecessors IS NOT NULL
)
GROUP BY geography_vintage, member
HAVING count(*) = 1
UNION
SELECT region_code AS parent, geography_vintage, member_code AS member
FROM {region_members}
ORDER BY ALL
