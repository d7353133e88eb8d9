-- Grain: shown window of several years, beside the annual rows of the same series inside it.
-- Inputs: the table that is checked (rates). A sum of annual rows, apart from the frames that made
-- the window.
SELECT
    w.source_family,
    w.measure,
    w.area_code,
    w.geography_vintage,
    w.stratum_type,
    w.stratum,
    w.window_type,
    w.period_start,
    w.period_end,
    any_value(w.numerator) AS numerator,
    any_value(w.denominator) AS denominator,
    any_value(w.mean_of_rates) AS mean_of_rates,
    year(w.period_end) - year(w.period_start) + 1 AS years,
    count(y.numerator) AS years_shown,
    coalesce(sum(y.numerator), 0) AS numerator_sum,
    coalesce(sum(y.denominator), 0) AS denominator_sum
FROM {relation} AS w
LEFT JOIN {relation} AS y
    ON w.source_family = y.source_family
    AND w.measure = y.measure
    AND w.area_code = y.area_code
    AND w.geography_vintage = y.geography_vintage
    AND w.stratum_type = y.stratum_type
    AND w.stratum = y.stratum
    AND y.window_type = 'annual'
    AND y.value_status IN ('ok', 'unreliable')
    AND y.period_start >= w.period_start
    AND y.period_end <= w.period_end
WHERE w.window_type IN ('rolling_2_year', 'rolling_3_year', 'rolling_5_year', 'pooled')
    AND w.value_status IN ('ok', 'unreliable')
GROUP BY ALL
