-- Grain: area × window type (annual, rolling 3 years): the latest of the preferred rows with a
-- number.
-- Inputs: rates.parquet of a release.
SELECT
    area_name,
    source_family,
    window_type,
    period,
    numerator,
    denominator,
    rate_text,
    ci_lower_95,
    ci_upper_95
FROM read_parquet({rates})
WHERE area_code IN ('US', 'US-MO', 'E92000001', 'W92000004')
    AND is_latest
    AND measure = 'infant_mortality'
    AND stratum_type = 'all'
    AND window_type IN ('annual', 'rolling_3_year')
ORDER BY list_position(['US', 'US-MO', 'E92000001', 'W92000004'], area_code), window_type
