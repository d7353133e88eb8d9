-- rule: RATES-BREAKS
-- tables: rates.rates, published.rates
-- check: contract
-- severity: critical
-- category: comparability
-- message: No shown window straddles a declared break of its series.
-- remedy: Rebuild the rates; the break was declared after they were computed or was not applied.
-- keys: source_family, measure, area_code, geography_vintage, stratum_type, stratum, window_type,
--   period_start, period_end
-- grain: shown window of several years of a series with a break
-- inputs: core.series_breaks
SELECT
    r.source_family, r.measure, r.area_code, r.geography_vintage, r.stratum_type, r.stratum,
    r.window_type, r.period_start, r.period_end,
    r.value_status AS observed,
    format('series_break, because of the break in {}', b.first_year) AS expected,
    year(r.period_start) < b.first_year AND year(r.period_end) >= b.first_year AS offends
FROM {relation} AS r
JOIN core.series_breaks AS b
    ON r.source_family = b.source_family
    AND r.measure = b.measure
    AND b.area_code IN ('*', r.area_code)
WHERE r.value_status IN ('ok', 'unreliable')
