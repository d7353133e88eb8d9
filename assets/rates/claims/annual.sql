-- Grain: one row per year of a series, with the counts of its annual rate where they may be shown.
-- Inputs: rates.rates. Parameters: source family, measure, area, kind of stratum, stratum.
SELECT
    year(period_end) AS year, any_value(numerator) AS numerator,
    any_value(denominator) AS denominator
FROM rates.rates
WHERE window_type = 'annual'
    AND source_family = $family AND measure = $measure AND area_code = $area
    AND stratum_type = $stratum_type AND stratum = $stratum
    AND numerator IS NOT NULL
GROUP BY ALL
-- An area on two boundary sets has no one count of the year.
HAVING count(*) = 1
ORDER BY year
