-- One row per key of {table} that differs; for a revised row one per column that differs.
-- Inputs: the table on both sides. Numbers of a row that is withheld on either side stay out.
WITH pairs AS (
    SELECT
        CAST(to_json({{key}}) AS VARCHAR) AS row_key,
        {series},
        o."{first}" IS NULL AS is_added,
        n."{first}" IS NULL AS is_gone,
        {old_status} AS old_status,
        {new_status} AS new_status,
        {old_main} AS old_main,
        {new_main} AS new_main,
        {cells} AS cells
    FROM {old} AS o
    FULL OUTER JOIN {new} AS n ON {on}
    WHERE o."{first}" IS NULL OR n."{first}" IS NULL OR {differs}
),
classed AS (
    SELECT
        *,
        CASE
            WHEN is_added THEN 'added'
            WHEN is_gone THEN 'withdrawn'
            WHEN old_status <> 'suppressed' AND new_status = 'suppressed' THEN 'newly_suppressed'
            WHEN old_status = 'suppressed' AND new_status <> 'suppressed' THEN 'released'
            ELSE 'revised'
        END AS change
    FROM pairs
)
SELECT
    '{table}' AS table_name,
    row_key,
    '*' AS column_name,
    change,
    CASE WHEN change = 'withdrawn' THEN old_main END AS old_value,
    CASE WHEN change IN ('added', 'released') THEN new_main END AS new_value,
    {names}
FROM classed
WHERE change <> 'revised'
UNION ALL
SELECT
    '{table}' AS table_name,
    row_key,
    cell.name AS column_name,
    change,
    cell.old AS old_value,
    cell.new AS new_value,
    {names}
FROM (
    SELECT *, unnest(list_filter(cells, lambda c: c.old IS DISTINCT FROM c.new)) AS cell
    FROM classed
    WHERE change = 'revised'
)
