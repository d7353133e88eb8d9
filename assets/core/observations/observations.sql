-- Grain: source_family × area × period × measure × stratum; each count from the newest vintage that
-- has the cell.
-- A final US count stays in use beside a provisional one that was asked for later.
-- Inputs: harmonised. A cell that a newer vintage no longer contains keeps its last value: a
-- rolling window that is replaced in place drops old months without withdrawing them.
SELECT * EXCLUDE (kind, rate_per, decimals, vintage_position, precedence, value),
    CASE WHEN status = 'ok' THEN value END AS value
FROM harmonised
WHERE kind = 'count'
QUALIFY row_number() OVER (
    PARTITION BY
        source_family, area_code, geography_vintage, period_type, period_start, period_end, measure,
        stratum_type, stratum
    ORDER BY
        precedence, country = 'US' AND is_provisional, vintage_position DESC, (status = 'ok') DESC,
        source_sheet DESC, source_row
) = 1
