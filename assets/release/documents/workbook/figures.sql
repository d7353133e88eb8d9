-- Grain: newest figure of an area, measure and kind of period; and of those areas of which nothing
-- is shown, the newest period that is withheld.
-- Inputs: published.headline, published.rates; {areas}, a condition on area_type and country, and
-- {measures}, one on the measure.
WITH withheld AS (
    SELECT
        *,
        CASE window_type
            WHEN 'annual' THEN 'annual'
            WHEN 'rolling_12_month' THEN 'twelve_months'
            ELSE 'several_years'
        END AS kind
    FROM published.rates AS r
    ANTI JOIN published.headline AS h
        ON h.measure = r.measure AND h.place_code = r.place_code
    WHERE r.is_preferred AND r.stratum_type = 'all' AND r.value_status = 'suppressed'
    QUALIFY row_number() OVER (
        PARTITION BY r.measure, r.place_code, kind ORDER BY r.period_end DESC, r.period_start
    ) = 1
),

figures AS (
    SELECT
        area_name, area_type, country, place_code, measure, measure_name, kind, period, rate, unit,
        ci_lower_95, ci_upper_95, numerator, denominator, reliability, rank, change_in_words,
        comparison_in_words, series_name, decimals, value_status, period_end
    FROM published.headline
    UNION ALL BY NAME
    SELECT
        area_name, area_type, country, place_code, measure,
        upper(measure[1]) || replace(measure[2:], '_', ' ') AS measure_name,
        kind, period, value_status, period_end,
        'Withheld' || coalesce(': ' || status_reason, '') AS reliability
    FROM withheld
)

SELECT *
FROM figures
WHERE {areas} AND {measures}
ORDER BY measure = 'infant_mortality' DESC, measure_name, area_name, place_code, kind
