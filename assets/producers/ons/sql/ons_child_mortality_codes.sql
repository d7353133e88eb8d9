-- Grain: vintage × data year × area code that occurs in it.
-- Inputs: staging.ons_child_mortality.
SELECT DISTINCT vintage_id, year, area_code
FROM staging.ons_child_mortality
WHERE area_code IS NOT NULL
