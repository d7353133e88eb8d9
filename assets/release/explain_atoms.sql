-- Grain: one row per count that goes into one rate: area × period × count.
-- Inputs: observations and region_members of a release's lineage; parameters: source_family,
-- geography_vintage, area_code, stratum_type, stratum, period_start, period_end, count measures.
-- A count that is printed of several members of a region jointly ('E09000001, E09000012') goes into
-- the region where not every one of them has its own, as the rates sum them.
WITH members AS (
    SELECT list(place) AS places
    FROM (
        SELECT unnest(string_split(member_code, ', ')) AS place
        FROM region_members
        WHERE region_code = $area AND geography_vintage = $vintage
    )
),

cells AS (
    SELECT
        o.*,
        CASE WHEN o.area_code = $area THEN [o.area_code] ELSE string_split(o.area_code, ', ') END
            AS places
    FROM observations AS o
    CROSS JOIN members AS m
    WHERE o.source_family = $family
        AND o.geography_vintage = $vintage
        AND o.stratum_type = $stratum_type
        AND o.stratum = $stratum
        AND o.period_start >= $start
        AND o.period_end <= $end
        AND list_contains($counts, o.measure)
        AND (o.area_code = $area OR list_has_all(m.places, string_split(o.area_code, ', ')))
),

joint AS (
    SELECT c.*
    FROM cells AS c
    LEFT JOIN cells AS a
        ON a.measure = c.measure AND a.period_type = c.period_type
        AND a.period_start = c.period_start AND a.period_end = c.period_end
        AND a.status = 'ok' AND len(a.places) = 1 AND list_contains(c.places, a.area_code)
    WHERE len(c.places) > 1 AND c.status IN ('ok', 'suppressed')
    GROUP BY ALL
    HAVING c.status = 'suppressed' OR count(a.area_code) < len(c.places)
)

SELECT * EXCLUDE (places) FROM joint
UNION ALL
SELECT a.* EXCLUDE (places)
FROM cells AS a
ANTI JOIN joint AS j
    ON j.measure = a.measure AND j.period_type = a.period_type
    AND j.period_start = a.period_start AND j.period_end = a.period_end
    AND list_contains(j.places, a.area_code)
WHERE len(a.places) = 1
ORDER BY measure, period_type, area_code, period_start
