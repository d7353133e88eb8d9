-- Grain: one row per area that is part of another one, and boundary set.
-- Inputs: {areas} (levels of the geography), {region_members} (declared regions); core.areas and
-- core.region_members before a release, what its areas.parquet says of both for a release folder.
-- The registry lists some counties or New York City of a state, never all: one member that nothing
-- is known of stands for the others, so that the listed ones are not taken for the whole state.
WITH areas AS (
    SELECT
        a.area_code, a.geography_vintage, a.area_type, a.predecessors,
        CASE
            -- Areas that a producer prints together lie between them and what both are part of.
            WHEN t.area_code IS NOT NULL THEN t.area_code
            -- Where a boundary set has no county the districts are part of the region.
            WHEN p.area_code IS NULL THEN coalesce(a.region_code, a.parent_code)
            ELSE a.parent_code
        END AS parent_code
    FROM {areas} AS a
    LEFT JOIN (SELECT DISTINCT area_code, geography_vintage FROM {areas}) AS p
        ON p.area_code = a.parent_code
        AND starts_with(a.geography_vintage, p.geography_vintage)
    LEFT JOIN {areas} AS t
        ON t.area_type = 'combined_authority_areas'
        AND t.geography_vintage = a.geography_vintage
        AND list_contains(string_split(t.area_code, ', '), a.area_code)
)

SELECT parent_code AS parent, geography_vintage, area_code AS member
FROM areas
WHERE parent_code IS NOT NULL AND parent_code <> area_code
    -- Regions of the US overlap its states, and planning regions of Connecticut its old counties:
    -- neither is a part beside the others.
    AND NOT (geography_vintage = 'US' AND area_type = 'region')
    AND NOT (area_type = 'county' AND area_code LIKE '091_0')
UNION
SELECT parent_code AS parent, geography_vintage, parent_code || ' (other counties)' AS member
FROM areas
WHERE area_type IN ('county', 'registration_area') AND geography_vintage = 'US'
UNION
-- An area is the sum of those that were merged into it; one that was split is no sum of parts here.
SELECT min(parent) AS parent, 'before ' || geography_vintage AS geography_vintage, member
FROM (
    SELECT DISTINCT
        area_code AS parent, geography_vintage, unnest(string_split(predecessors, ';')) AS member
    FROM areas
    WHERE predecessors IS NOT NULL
)
GROUP BY geography_vintage, member
HAVING count(*) = 1
UNION
SELECT region_code AS parent, geography_vintage, member_code AS member
FROM {region_members}
ORDER BY ALL
