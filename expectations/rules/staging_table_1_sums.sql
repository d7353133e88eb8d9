-- rule: STAGING-TABLE-1-SUMS
-- tables: staging.ons_child_mortality
-- check: contract
-- severity: critical
-- category: identity
-- message: Combined counts of the national series (stillbirths with perinatal, neonatal or infant
--   deaths) are the sums of their parts.
-- remedy: Compare the row with the workbook; where ONS printed it so, waive it by year and column.
-- keys: dataset_id, year, header
-- grain: year × combined count of Table 1, per vintage
-- inputs: none
WITH cells AS ({first_table_cells}),

wide AS (
    SELECT
        dataset_id, vintage_id, year,
        max(value) FILTER (WHERE header = 'stillbirths') AS stillbirths,
        max(value) FILTER (
            WHERE header LIKE 'early neonatal under 7 days%' AND header NOT LIKE '%rate%'
        ) AS early,
        max(value) FILTER (
            WHERE header LIKE 'neonatal under 28 days%' AND header NOT LIKE '%rate%'
        ) AS neonatal,
        max(value) FILTER (
            WHERE header LIKE 'infant under 1 year%' AND header NOT LIKE '%rate%'
        ) AS infant
    FROM cells
    GROUP BY ALL
)

SELECT
    c.dataset_id, c.vintage_id, c.year, c.header,
    format('{:.10g}', c.value) AS observed,
    format('{:.10g}', w.stillbirths + p.part) AS expected,
    c.value <> w.stillbirths + p.part AS offends
FROM cells AS c
JOIN wide AS w USING (dataset_id, vintage_id, year)
CROSS JOIN LATERAL (
    SELECT CASE
        WHEN c.header LIKE 'perinatal deaths%' THEN w.early
        WHEN c.header LIKE 'stillbirth and neonatal deaths%' THEN w.neonatal
        WHEN c.header LIKE 'stillbirth and infant deaths%' THEN w.infant
    END AS part
) AS p
WHERE c.header NOT LIKE '%rate%'
    AND p.part IS NOT NULL
    AND c.value IS NOT NULL
    AND w.stillbirths IS NOT NULL
