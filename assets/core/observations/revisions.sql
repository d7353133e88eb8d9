-- Grain: observation key × vintage that restated the count with another value or status.
-- Inputs: harmonised. Only vintages of one dataset restate each other; two datasets that disagree
-- are reported by a rule on their agreement.
WITH history AS (
    SELECT
        *,
        lag(vintage_id) OVER versions AS previous_vintage_id,
        lag(CASE WHEN status = 'ok' THEN value END) OVER versions AS previous_value,
        lag(status) OVER versions AS previous_status
    FROM (
        SELECT *
        FROM harmonised
        WHERE kind = 'count'
        QUALIFY row_number() OVER (
            PARTITION BY
                dataset_id, vintage_id, source_family, area_code, geography_vintage, period_type,
                period_start, period_end, measure, stratum_type, stratum
            ORDER BY source_sheet DESC, source_row
        ) = 1
    )
    WINDOW versions AS (
        PARTITION BY
            dataset_id, source_family, area_code, geography_vintage, period_type, period_start,
            period_end, measure, stratum_type, stratum
        ORDER BY vintage_position
    )
)

SELECT *
FROM history
WHERE previous_vintage_id IS NOT NULL
    AND (value IS DISTINCT FROM previous_value OR status <> previous_status)
