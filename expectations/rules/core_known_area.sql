-- rule: CORE-KNOWN-AREA
-- tables: core.observations, core.printed_rates
-- check: contract
-- severity: critical
-- category: reference
-- message: Every figure belongs to an area of the geography registry.
-- remedy: Add the code to the geography registry with its validity and parent, or correct how it
--   was read.
-- keys: source_family, area_code, geography_vintage
-- grain: source_family × area code × boundary set
-- inputs: core.areas
SELECT
    o.source_family, o.area_code, o.geography_vintage,
    format('{} figures', o.figures) AS observed,
    'a row in core.areas' AS expected,
    a.area_code IS NULL AS offends
FROM (
    SELECT source_family, area_code, geography_vintage, count(*) AS figures
    FROM {relation}
    GROUP BY ALL
) AS o
LEFT JOIN core.areas AS a USING (area_code, geography_vintage)
