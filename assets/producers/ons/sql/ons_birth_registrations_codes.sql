-- Grain: vintage × data year × area code that occurs in it.
-- Inputs: staging.ons_birth_registrations.
SELECT DISTINCT vintage_id, year, area_code
FROM staging.ons_birth_registrations
WHERE area_code IS NOT NULL
