-- Grain: one row per code that another one replaced while the area stayed the same: place_code is
-- the newest of them.
-- Inputs: core.areas.
-- A code with one predecessor that became nothing else is the same area: the ONS gives a new code
-- for a new kind of authority and for a boundary that moved by a few houses (Barnsley and Sheffield
-- in 2025, Northumberland in 2013). An area that was merged from several is another one.
CREATE OR REPLACE TEMP TABLE area_places AS
WITH RECURSIVE successions AS (
    SELECT DISTINCT
        area_code,
        len(string_split(predecessors, ';')) AS parts,
        unnest(string_split(predecessors, ';')) AS earlier
    FROM core.areas
    WHERE predecessors IS NOT NULL
),

recodes AS (
    SELECT earlier, min(area_code) AS later
    FROM successions
    GROUP BY earlier
    HAVING count(*) = 1 AND max(parts) = 1
),

reached AS (
    SELECT earlier AS area_code, later AS place_code FROM recodes
    UNION
    SELECT r.area_code, n.later
    FROM reached AS r
    JOIN recodes AS n ON n.earlier = r.place_code
)

SELECT area_code, place_code
FROM reached
ANTI JOIN recodes ON reached.place_code = recodes.earlier;
