-- Grain: county code of an extract, with the name that the newest data year prints.
-- Inputs: staging.nchs_wonder, staging.local_counts (codes without names).
SELECT
    area_code,
    max_by(label, (coalesce(year, ''), vintage_id, label)) FILTER (label IS NOT NULL) AS label
FROM (
    SELECT DISTINCT
        county_code AS area_code, nullif(trim(county), '') AS label, year_code AS year, vintage_id
    FROM staging.nchs_wonder
    WHERE county_code IS NOT NULL
    UNION ALL
    SELECT DISTINCT area, NULL, year, vintage_id
    FROM staging.local_counts
    WHERE regexp_full_match(area, '[0-9]{5}')
)
GROUP BY area_code
ORDER BY area_code
