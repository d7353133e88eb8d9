-- Grain: one row per key of {table} that differs; for a revised row one per column that differs.
-- Inputs: differing_before and differing_after, the rows of both sides whose keys differ.
-- Numbers of a row that is withheld on either side stay out. In a series of which counts are
-- withheld a column of a shown row can be emptied because of a withheld neighbour; what stood there
-- stays out too, and so does all that stood in a row without a status.
WITH pairs AS (
    SELECT
        CAST(to_json({{key}}) AS VARCHAR) AS row_key,
        {series},
        o."{first}" IS NULL AS is_added,
        n."{first}" IS NULL AS is_gone,
        {old_status} AS old_status,
        {new_status} AS new_status,
        {guarded} AS is_guarded,
        {old_main} AS old_main,
        {new_main} AS new_main,
        {cells} AS cells
    FROM differing_before AS o
    FULL JOIN differing_after AS n ON {on}
    WHERE o."{first}" IS NULL OR n."{first}" IS NULL OR {differs}
),

classed AS (
    SELECT
        *,
        CASE
            WHEN is_added THEN 'added'
            WHEN is_gone THEN 'withdrawn'
            WHEN old_status IN {shown} AND new_status = 'suppressed' THEN 'newly_suppressed'
            WHEN old_status = 'suppressed' AND new_status IN {shown} THEN 'released'
            ELSE 'revised'
        END AS change,
        len(list_filter(
            cells, LAMBDA c: c.old IS DISTINCT FROM c.new AND list_contains({figures}, c.name)
        )) > 0 AS figure_moved
    FROM pairs
)

SELECT
    '{table}' AS table_name,
    row_key,
    '*' AS column_name,
    change,
    CASE WHEN change = 'withdrawn' THEN old_main END AS old_value,
    CASE WHEN change IN ('added', 'released') THEN new_main END AS new_value,
    TRUE AS figure_moved,
    {names}
FROM classed
WHERE change <> 'revised'
UNION ALL
SELECT
    '{table}' AS table_name,
    row_key,
    cell.name AS column_name,
    change,
    CASE WHEN NOT is_guarded OR ({has_status} AND cell.new IS NOT NULL) THEN cell.old END
        AS old_value,
    cell.new AS new_value,
    figure_moved,
    {names}
FROM (
    SELECT *, unnest(list_filter(cells, LAMBDA c: c.old IS DISTINCT FROM c.new)) AS cell
    FROM classed
    WHERE change = 'revised'
)
