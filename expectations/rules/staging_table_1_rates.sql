-- rule: STAGING-TABLE-1-RATES
-- tables: staging.ons_child_mortality
-- check: contract
-- severity: critical
-- category: reconciliation
-- message: Printed rates of the national series are those that the counts beside them give, to half
--   of the last place.
-- remedy: Compare the row with the workbook; where ONS printed it so, waive it by year and column.
-- keys: dataset_id, year, header
-- grain: year × rate column of Table 1 with a count column of the same name, per vintage
-- inputs: none
-- Childhood rates are left out: they are per 100,000 population, which the table does not give.
WITH cells AS ({first_table_cells}),

births AS (
    SELECT
        dataset_id, vintage_id, year,
        max(value) FILTER (WHERE header = 'live births') AS live_births,
        max(value) FILTER (WHERE header = 'stillbirths') AS stillbirths
    FROM cells
    GROUP BY ALL
)

SELECT
    r.dataset_id, r.vintage_id, r.year, r.header,
    format('printed {:.10g}', r.value) AS observed,
    format('{:.6f}', 1000 * c.value / b.births) AS expected,
    abs(r.value - 1000 * c.value / b.births) > 0.05 + 1e-9 AS offends
FROM cells AS r
JOIN cells AS c
    ON r.dataset_id = c.dataset_id
    AND r.vintage_id = c.vintage_id
    AND r.year = c.year
    AND c.header NOT LIKE '%rate%'
    AND (
        trim(replace(replace(r.header, ' mortality rate', ''), 'rates | ', '')) = c.header
        OR (r.header LIKE 'stillbirth rate%' AND c.header = 'stillbirths')
    )
JOIN (
    SELECT dataset_id, vintage_id, year, 'live' AS kind, live_births AS births FROM births
    UNION ALL
    SELECT dataset_id, vintage_id, year, 'all', live_births + stillbirths FROM births
) AS b
    ON r.dataset_id = b.dataset_id
    AND r.vintage_id = b.vintage_id
    AND r.year = b.year
    AND b.kind = CASE
        WHEN r.header LIKE '%stillbirth%' THEN 'all' ELSE 'live'
    END
WHERE r.header LIKE '%rate%'
    AND r.header NOT LIKE '%child%'
    AND r.value IS NOT NULL
    AND c.value IS NOT NULL
    AND b.births > 0
