-- rule: RATES-WEEK-BREAKS
-- tables: rates.rates, published.rates
-- check: contract
-- severity: critical
-- category: comparability
-- message: No shown window of rates by weeks of gestation straddles a year in which the deaths of
--   unknown weeks became more than three times as many or fewer than a third.
-- remedy: Rebuild the rates; the break was not applied.
-- keys: source_family, measure, area_code, geography_vintage, stratum_type, stratum, window_type,
--   period_start, period_end
-- grain: shown window of several years of rates by weeks × year within it
-- inputs: core.observations
WITH years AS (
    SELECT
        source_family, area_code, geography_vintage, measure AS count_measure,
        year(period_end) AS year, value,
        lag(value) OVER w AS before, lag(year(period_end)) OVER w AS year_before
    FROM core.observations
    WHERE stratum_type = 'gestation_from' AND stratum = 'unknown_weeks'
        AND period_type = 'year' AND status = 'ok'
    WINDOW w AS (
        PARTITION BY source_family, area_code, geography_vintage, measure ORDER BY period_end
    )
)

SELECT
    r.source_family, r.measure, r.area_code, r.geography_vintage, r.stratum_type, r.stratum,
    r.window_type, r.period_start, r.period_end,
    format('{:.10g} after {:.10g} in {}', y.value, y.before, y.year) AS observed,
    'at most three times as many and at least a third, or fewer than 20' AS expected,
    greatest(y.value, y.before) >= 20
    AND greatest(y.value, y.before) > 3 * least(y.value, y.before) AS offends
FROM {relation} AS r
JOIN ({declared_parts}) AS p(measure, count_measure, part)
    ON p.measure = r.measure AND p.part = 'numerator'
JOIN years AS y
    ON y.source_family = r.source_family AND y.area_code = r.area_code
    AND y.geography_vintage = r.geography_vintage
    AND y.count_measure = p.count_measure
    AND y.year_before = y.year - 1
    AND y.year > year(r.period_start) AND y.year <= year(r.period_end)
WHERE list_has_any(string_split(r.stratum_type, '|'), ['gestation', 'gestation_from'])
    AND r.value_status IN ('ok', 'unreliable')
