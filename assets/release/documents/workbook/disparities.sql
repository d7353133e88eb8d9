-- Grain: area × measure × pair of groups: the newest comparison of a year, and of three years.
-- Inputs: published.disparities.
SELECT
    area_name,
    upper(measure[1]) || replace(measure[2:], '_', ' ') AS measure_name,
    upper(stratum_type[1]) || replace(stratum_type[2:], '_', ' ') AS characteristic,
    upper(stratum[1]) || replace(stratum[2:], '_', ' ') AS stratum,
    upper(reference_stratum[1]) || replace(reference_stratum[2:], '_', ' ') AS reference_stratum,
    CASE window_type
        WHEN 'annual' THEN strftime(period_end, '%Y')
        ELSE strftime(period_start, '%Y-') || strftime(period_end, '%Y')
    END AS period,
    rate,
    reference_rate,
    rate_ratio,
    rate_ratio_lower_95,
    rate_ratio_upper_95,
    rate_difference,
    rate_difference_lower_95,
    rate_difference_upper_95,
    CASE value_status WHEN 'ok' THEN 'Reliable' ELSE 'Low reliability' END AS reliability,
    value_status
FROM published.disparities
WHERE window_type IN ('annual', 'rolling_3_year') AND value_status IN ('ok', 'unreliable')
QUALIFY row_number() OVER (
    PARTITION BY measure, area_code, stratum_type, stratum, reference_stratum, window_type
    ORDER BY period_end DESC, source_family, geography_vintage DESC
) = 1
ORDER BY
    area_name, measure_name, characteristic, reference_stratum,
    TRY_CAST(stratum AS INTEGER), stratum, period
