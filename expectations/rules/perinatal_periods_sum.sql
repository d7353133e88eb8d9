-- rule: PERINATAL-PERIODS-SUM
-- tables: rates.perinatal_periods, published.perinatal_periods
-- check: contract
-- severity: critical
-- category: conservation
-- message: Deaths, rates and excess of the four periods add up to those of all.
-- remedy: Rebuild the table; a period is missing or there twice.
-- keys: source_family, area_code, geography_vintage, window_type, period_start, period_end,
--   reference_period_end
-- grain: population and reference with numbers
-- inputs: none
WITH sums AS (
    SELECT
        source_family, area_code, geography_vintage, window_type, period_start, period_end,
        reference_period_end,
        sum(deaths) FILTER (period_of_risk = 'all') AS deaths,
        sum(deaths) FILTER (period_of_risk <> 'all') AS deaths_of_parts,
        sum(rate) FILTER (period_of_risk = 'all') AS rate,
        sum(rate) FILTER (period_of_risk <> 'all') AS rate_of_parts,
        sum(excess_deaths) FILTER (period_of_risk = 'all') AS excess,
        sum(excess_deaths) FILTER (period_of_risk <> 'all') AS excess_of_parts
    FROM {relation}
    WHERE deaths IS NOT NULL
    GROUP BY ALL
)

SELECT
    source_family, area_code, geography_vintage, window_type, period_start, period_end,
    reference_period_end,
    format(
        '{} deaths, {} of them in excess', CAST(deaths_of_parts AS VARCHAR),
        CAST(excess_of_parts AS VARCHAR)
    ) AS observed,
    format('{} and {}', CAST(deaths AS VARCHAR), CAST(excess AS VARCHAR)) AS expected,
    coalesce(abs(deaths - deaths_of_parts) > 1e-9 * deaths, TRUE)
    OR coalesce(abs(rate - rate_of_parts) > 1e-9 * rate, TRUE)
    OR coalesce(abs(excess - excess_of_parts) > 1e-6, TRUE) AS offends
FROM sums
