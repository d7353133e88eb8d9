-- Grain: one row per nation (or England and Wales together), measure and series with an annual
-- figure: the newest of the series, with the one before it in the same series and, where that is
-- of the year before, what the test of the two says.
-- Inputs: published.rates, published.trends, published.definitions.
WITH shown AS (
    SELECT
        *,
        lag(rate) OVER earlier AS rate_before,
        lag(period) OVER earlier AS period_before,
        lag(period_end) OVER earlier AS end_before
    FROM published.rates
    WHERE window_type = 'annual'
        AND stratum_type = 'all'
        AND measure IN ('infant_mortality', 'neonatal_mortality')
        AND (area_type = 'country' OR contains(area_code, 'K04000001'))
        AND value_status IN ('ok', 'unreliable')
    WINDOW earlier AS (
        PARTITION BY area_code, geography_vintage, measure, source_family ORDER BY period_end
    )
),

newest AS (
    SELECT * FROM shown
    QUALIFY row_number() OVER (
        PARTITION BY area_code, measure, source_family ORDER BY period_end DESC, is_preferred DESC
    ) = 1
)

SELECT
    n.area_code,
    n.area_name,
    n.area_type,
    n.country,
    n.measure,
    n.source_family,
    n.period,
    n.period_end,
    n.numerator,
    n.denominator,
    n.rate,
    n.rate_text,
    n.decimals,
    n.ci_lower_95,
    n.ci_upper_95,
    n.value_status,
    n.status_reason,
    n.is_provisional,
    n.is_latest AND n.is_preferred AS leads,
    d.text AS definition,
    n.rate_before,
    n.period_before,
    year(n.end_before) = year(n.period_end) - 1 AS follows,
    t.verdict
FROM newest AS n
LEFT JOIN published.definitions AS d ON d.definition_id = n.definition_id
LEFT JOIN published.trends AS t
    ON t.trend_type = 'year_on_year'
    AND t.source_family = n.source_family
    AND t.area_code = n.area_code
    AND t.measure = n.measure
    AND t.geography_vintage = n.geography_vintage
    AND t.period_end = n.period_end
    AND t.rate_start IS NOT NULL
    AND year(t.period_start) = year(n.period_end) - 1
ORDER BY n.country = 'UK', n.country DESC, n.area_type, n.area_name, n.measure, leads DESC,
    n.period_end DESC, n.source_family
