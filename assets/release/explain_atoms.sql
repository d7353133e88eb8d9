-- One row per count that goes into one rate: area × period × count.
-- Inputs: observations and region_members of a release's lineage; parameters: source_family,
-- geography_vintage, area_code, stratum_type, stratum, period_start, period_end, count measures.
WITH places AS (
    SELECT $area AS area_code
    UNION
    SELECT member_code FROM region_members
    WHERE region_code = $area AND geography_vintage = $vintage
)
SELECT o.*
FROM observations AS o
JOIN places AS p USING (area_code)
WHERE o.source_family = $family
    AND o.geography_vintage = $vintage
    AND o.stratum_type = $stratum_type
    AND o.stratum = $stratum
    AND o.period_start >= $start
    AND o.period_end <= $end
    AND list_contains($counts, o.measure)
ORDER BY o.measure, o.period_type, o.area_code, o.period_start
