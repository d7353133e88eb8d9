-- Grain: source_family × area × period × stratum, one column per count; null unless its status is
-- ok.
-- Inputs: the table that is checked (core.observations), the declared counts (COUNT_MEASURES).
SELECT
    source_family,
    area_code,
    geography_vintage,
    period_type,
    period_start,
    period_end,
    stratum_type,
    stratum,
    {count_columns},
    -- Each of three rounded counts may be off by half a unit; weighted counts are printed rounded,
    -- and neonatal deaths may be the sum of four ages. Northern Ireland counts perinatal deaths
    -- apart from stillbirths and early neonatal deaths, and the United Kingdom with it: 131 beside
    -- 69 + 61 in 2020, 157 beside 89 + 66 in 2021, none in 2022 (ONS child mortality workbooks,
    -- Table 2).
    greatest(
        1.5 * (max(rounded_to) - 1),
        CASE WHEN source_family = 'nchs_linked' OR any_value(country) = 'UK' THEN 3 ELSE 0 END
    ) + 1e-6 AS tolerance
FROM {relation}
GROUP BY
    source_family, area_code, geography_vintage, period_type, period_start, period_end,
    stratum_type, stratum
