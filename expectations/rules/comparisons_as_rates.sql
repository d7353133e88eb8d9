-- rule: COMPARISONS-AS-RATES
-- tables: published.comparisons
-- check: contract
-- severity: critical
-- category: comparability
-- message: A figure that is compared is the preferred one of rates, of these weeks, period and
--   area.
-- remedy: Rebuild the tables with imr run --only '+published/comparisons'.
-- keys: measure, gestation_from, area_code, window_type, period_start, period_end
-- grain: row with a figure
-- inputs: published.rates
SELECT
    c.measure, c.gestation_from, c.area_code, c.window_type, c.period_start, c.period_end,
    format('{:.10g} of {:.10g} in {}', c.numerator, c.denominator, c.source_family) AS observed,
    coalesce(
        format(
            '{:.10g} of {:.10g} in {}, {}',
            r.numerator, r.denominator, r.source_family,
            if(r.is_preferred, 'preferred', 'not preferred')
        ), 'no such rate'
    ) AS expected,
    NOT coalesce(
        r.is_preferred AND r.numerator = c.numerator AND r.denominator = c.denominator
        AND r.rate = c.rate AND r.definition_id = c.definition_id
        AND r.bound_lower IS NOT DISTINCT FROM c.bound_lower
        AND r.bound_upper IS NOT DISTINCT FROM c.bound_upper, FALSE
    ) AS offends
FROM {relation} AS c
LEFT JOIN published.rates AS r
    ON r.source_family = c.source_family AND r.measure = c.measure AND r.area_code = c.area_code
    AND r.geography_vintage = c.geography_vintage
    AND r.window_type = c.window_type AND r.period_start = c.period_start
    AND r.period_end = c.period_end
    AND r.stratum_type = if(c.gestation_from = 'any', 'all', 'gestation_from')
    AND r.stratum = if(c.gestation_from = 'any', 'all', c.gestation_from)
WHERE c.value_status IN ('ok', 'unreliable')
