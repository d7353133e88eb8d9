-- rule: RATES-PLAUSIBLE
-- tables: rates.rates, published.rates
-- check: plausibility
-- severity: warning
-- category: range
-- message: Mortality rates lie between 0 and 100 per 1,000; those of nations, regions and states
--   between 0.5 and 100 (the US rate was 99.9 in 1915), of maternal mortality below 10 everywhere.
-- remedy: Look at numerator and denominator; a small area can be outside for a year, a nation
--   cannot.
-- keys: source_family, measure, area_code, geography_vintage, stratum_type, stratum, window_type,
--   period_start, period_end
-- grain: shown row of a mortality rate, usual residence outside the country left out
-- inputs: none
-- Deaths of babies whose mothers live elsewhere have no births of the same population under them.
-- Of babies born before 24 weeks or below 1,000 g most die: by weeks and by weight the limit is
-- all, and so it is for babies of whom too little was recorded, often because they died at once.
SELECT
    source_family, measure, area_code, geography_vintage, stratum_type, stratum, window_type,
    period_start, period_end,
    format('{:.4f} per 1,000 ({})', per_1000, area_type) AS observed,
    format('{} to {}', lowest, highest) AS expected,
    per_1000 < lowest OR per_1000 > highest AS offends
FROM (
    SELECT
        *,
        rate * 1000 / rate_per AS per_1000,
        CASE
            WHEN measure = 'infant_mortality'
                AND area_type IN ('country', 'country_group', 'region', 'state')
                AND stratum_type = 'all' THEN 0.5
            ELSE 0
        END AS lowest,
        CASE
            WHEN measure = 'maternal_mortality' THEN 10
            WHEN stratum_type LIKE '%gestation%'
                OR stratum_type LIKE '%birth_weight%'
                OR stratum LIKE '%not_stated%' THEN 1000
            ELSE 100
        END AS highest
    FROM {relation}
    WHERE value_status IN ('ok', 'unreliable')
        AND area_type <> 'outside_area'
        AND (measure LIKE '%mortality' OR measure = 'stillbirth')
) AS r
