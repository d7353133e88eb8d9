-- Grain: dataset × source_family × area × period × rate × stratum; each rate from the newest
-- vintage that prints it.
-- Inputs: harmonised. Two datasets that print a rate of one series are two rows.
SELECT * EXCLUDE (kind, vintage_position, precedence, value, is_provisional, rounded_to),
    CASE WHEN status IN ('ok', 'unreliable') THEN value END AS rate
FROM harmonised
WHERE kind = 'rate'
QUALIFY row_number() OVER (
    PARTITION BY
        dataset_id, source_family, area_code, geography_vintage, period_type, period_start,
        period_end, measure, stratum_type, stratum
    ORDER BY
        vintage_position DESC, (status IN ('ok', 'unreliable')) DESC, source_sheet DESC, source_row
) = 1
