-- Grain: one row per cell that a new extract states, under its own area and every region it belongs
-- to.
-- Inputs: core.observations, core.region_members, new_vintages. Areas that are printed jointly have
-- a list of codes.
WITH cells AS (
    SELECT DISTINCT
        o.source_family, o.area_code, o.geography_vintage, o.period_start, o.period_end,
        o.vintage_id
    FROM core.observations AS o
    JOIN new_vintages AS v USING (vintage_id)
)

SELECT source_family, area_code, period_start, period_end, vintage_id FROM cells
UNION
SELECT c.source_family, m.region_code, c.period_start, c.period_end, c.vintage_id
FROM (SELECT *, unnest(string_split(area_code, ', ')) AS place FROM cells) AS c
JOIN (
    SELECT region_code, geography_vintage, unnest(string_split(member_code, ', ')) AS place
    FROM core.region_members
) AS m USING (geography_vintage, place)
