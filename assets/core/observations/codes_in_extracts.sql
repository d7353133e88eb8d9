-- Grain: vintage × data year × area code of England and Wales that occurs in it.
-- Inputs: staging tables of the ONS, staging.local_counts, ew_name_lookup, country_lookup.
SELECT DISTINCT vintage_id, year, area_code
FROM staging.ons_child_mortality
WHERE area_code IS NOT NULL
UNION
SELECT DISTINCT vintage_id, year, area_code
FROM staging.ons_birth_registrations
WHERE area_code IS NOT NULL
UNION
SELECT DISTINCT vintage_id, date AS year, geography_code AS area_code
FROM staging.nomis
UNION
SELECT DISTINCT r.vintage_id, r.year, coalesce(r.area_code, n.area_code) AS area_code
FROM staging.ons_area_registrations AS r
LEFT JOIN ew_name_lookup AS n ON lower(r.area_name) = n.label
WHERE coalesce(r.area_code, n.area_code) IS NOT NULL
UNION
SELECT DISTINCT l.vintage_id, l.year, l.area AS area_code
FROM staging.local_counts AS l
JOIN country_lookup AS c ON l.area = c.area_code
WHERE c.country <> 'US'
ORDER BY ALL
