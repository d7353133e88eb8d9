-- Grain: one row per area code, as its newest boundary set has it, with all names it ever had.
-- Inputs: published.areas, published.rates.
-- An area that no boundary set lists has the name of its rates.
WITH listed AS (
    SELECT
        area_code,
        max_by(area_name, (coalesce(valid_from, DATE '0001-01-01'), geography_vintage))
            AS area_name,
        list(DISTINCT area_name) AS names,
        max_by(area_type, geography_vintage) AS area_type,
        max_by(country, geography_vintage) AS country,
        max_by(parent_code, geography_vintage) AS parent_code,
        max_by(region_code, geography_vintage) AS region_code,
        max(valid_to) AS valid_to,
        any_value(predecessors) AS predecessors,
        max_by(members, geography_vintage) AS members,
        max_by(note, geography_vintage) AS note
    FROM published.areas
    GROUP BY area_code
),

rated AS (
    SELECT
        place_code AS area_code,
        max_by(area_name, period_end) AS area_name,
        list(DISTINCT area_name) AS names,
        max_by(area_type, period_end) AS area_type,
        max_by(country, period_end) AS country
    FROM published.rates
    WHERE is_preferred
    GROUP BY place_code
)

SELECT
    area_code,
    coalesce(l.area_name, r.area_name) AS area_name,
    list_sort(list_distinct(list_concat(coalesce(l.names, []), coalesce(r.names, [])))) AS names,
    coalesce(r.area_type, l.area_type) AS area_type,
    coalesce(r.country, l.country) AS country,
    l.parent_code,
    l.region_code,
    CAST(l.valid_to AS VARCHAR) AS valid_to,
    l.predecessors,
    l.members,
    l.note
FROM listed AS l
FULL JOIN rated AS r USING (area_code)
ORDER BY area_code
