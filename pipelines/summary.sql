-- Grain: area × window type (annual, rolling 3 years) × series: the latest row that carries a
-- number.
-- Inputs: rates.parquet of a release.
SELECT
    area_name,
    source_family,
    window_type,
    CASE
        WHEN year(period_start) = year(period_end) THEN CAST(year(period_end) AS VARCHAR)
        ELSE CAST(year(period_start) AS VARCHAR) || '-' || CAST(year(period_end) AS VARCHAR)
    END AS period,
    numerator,
    denominator,
    rate_display,
    ci_lower_95,
    ci_upper_95
FROM read_parquet({rates})
WHERE area_code IN ('US', 'US-MO', 'E92000001', 'W92000004')
    AND source_family IN ('nchs_linked', 'ons_occurrence', 'ons_registration')
    AND measure = 'infant_mortality'
    AND stratum_type = 'all'
    AND window_type IN ('annual', 'rolling_3_year')
    AND value_status IN ('ok', 'unreliable')
QUALIFY row_number() OVER (
    PARTITION BY area_code, window_type ORDER BY period_end DESC, source_family
) = 1
ORDER BY list_position(['US', 'US-MO', 'E92000001', 'W92000004'], area_code), window_type
