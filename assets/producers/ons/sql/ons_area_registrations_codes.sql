-- Grain: vintage × data year × area code that occurs in it.
-- Inputs: staging.ons_area_registrations, ew_name_lookup.
SELECT DISTINCT r.vintage_id, r.year, coalesce(r.area_code, n.area_code) AS area_code
FROM staging.ons_area_registrations AS r
LEFT JOIN ew_name_lookup AS n ON lower(r.area_name) = n.label
WHERE coalesce(r.area_code, n.area_code) IS NOT NULL
