-- rule: RATES-COMPLETE-WINDOWS
-- tables: rates.rates
-- check: contract
-- severity: critical
-- category: completeness
-- message: A window of several years is shown only where every one of its years is there, or the producer prints one
--   figure of all of them.
-- remedy: Rebuild the rates; a gap was bridged.
-- keys: source_family, measure, area_code, geography_vintage, stratum_type, stratum, window_type, period_start, period_end
-- grain: shown window of several years
-- inputs: core.observations
SELECT
    source_family, measure, area_code, geography_vintage, stratum_type, stratum, window_type, period_start, period_end,
    format('{} years with figures', years_shown) AS observed,
    format('{} years', years) AS expected,
    years_shown <> years AS offends
FROM ({window_sums}) AS w
WHERE
    w.window_type <> 'pooled'
    OR NOT EXISTS (
        SELECT 1
        FROM core.observations AS o
        WHERE
            o.period_type = 'several_years'
            AND o.source_family = w.source_family
            AND o.stratum_type = w.stratum_type
            AND o.stratum = w.stratum
            AND o.period_start = w.period_start
            AND o.period_end = w.period_end
    )
