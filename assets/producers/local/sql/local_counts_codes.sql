-- Grain: vintage × data year × area code that occurs in it.
-- Inputs: staging.local_counts, country_lookup.
SELECT DISTINCT l.vintage_id, l.year, l.area AS area_code
FROM staging.local_counts AS l
JOIN country_lookup AS c ON l.area = c.area_code
WHERE c.country <> 'US'
