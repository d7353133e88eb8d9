-- Grain: vintage × data year × area code that occurs in it.
-- Inputs: staging.nomis.
SELECT DISTINCT vintage_id, date AS year, geography_code AS area_code
FROM staging.nomis
