-- Grain: one row per target of a nation in infant mortality, with the years that are compared.
-- Inputs: published.targets.
SELECT
    target_id,
    area_code,
    any_value(area_name) AS area_name,
    any_value(target_value) AS target_value,
    CAST(min(year(period_end)) AS INTEGER) AS first_year,
    CAST(max(year(period_end)) AS INTEGER) AS last_year
FROM published.targets
WHERE target_kind = 'target'
    AND measure = 'infant_mortality'
    AND window_type = 'annual'
    AND area_type = 'country'
GROUP BY target_id, area_code
ORDER BY area_code, target_id
