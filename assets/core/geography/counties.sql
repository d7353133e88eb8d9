-- Grain: county code of an extract, with the name that the newest data year prints.
-- Inputs: counties (area_code, label, year and vintage_id of the staging tables that have counties;
-- a label is null where the table has codes without names).
SELECT
    area_code,
    max_by(label, (coalesce(year, ''), vintage_id, label)) FILTER (label IS NOT NULL) AS label
FROM ({counties})
GROUP BY area_code
ORDER BY area_code
