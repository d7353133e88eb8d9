-- Grain: source_family × characteristic × group × year of one area, with the counts of its rate.
-- Inputs: rates.rates. Parameters: area, measure. An area on two boundary sets has no one count.
SELECT
    source_family, stratum_type AS dimension, stratum AS group_code, year(period_end) AS year,
    any_value(numerator) AS deaths, any_value(denominator) AS births
FROM rates.rates
WHERE window_type = 'annual' AND area_code = $area AND measure = $measure
    AND stratum_type <> 'all' AND NOT contains(stratum_type, '|')
    AND numerator IS NOT NULL AND denominator > 0
GROUP BY ALL
HAVING count(*) = 1
ORDER BY ALL
