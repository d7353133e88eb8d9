-- rule: RATES-BOUNDS
-- tables: rates.rates, published.rates
-- check: contract
-- severity: critical
-- category: intervals
-- message: A rate from a week of gestation on lies within the bounds that unknown weeks allow, is
--   unreliable where more than a tenth of the deaths has no known week, and no other rate has
--   bounds.
-- remedy: Rebuild the rates; the counts of unknown weeks are of other babies than the rate.
-- keys: source_family, measure, area_code, geography_vintage, stratum_type, stratum, window_type,
--   period_start, period_end
-- grain: row with bounds or a share of unknown weeks
-- inputs: none
SELECT
    source_family, measure, area_code, geography_vintage, stratum_type, stratum, window_type,
    period_start, period_end,
    format(
        '{} of {} [{}, {}], share {}, {}',
        coalesce(CAST(rate AS VARCHAR), '-'),
        stratum_type,
        coalesce(CAST(bound_lower AS VARCHAR), '-'),
        coalesce(CAST(bound_upper AS VARCHAR), '-'),
        coalesce(CAST(share_unknown AS VARCHAR), '-'),
        value_status
    ) AS observed,
    'bound_lower <= rate <= bound_upper of gestation_from; unreliable above a share of 0.1'
        AS expected,
    NOT list_contains(string_split(stratum_type, '|'), 'gestation_from')
    OR coalesce(bound_lower > rate * (1 + 1e-12), FALSE)
    OR coalesce(bound_upper < rate * (1 - 1e-12), FALSE)
    OR (bound_lower IS NULL) <> (bound_upper IS NULL)
    OR coalesce(share_unknown > 0.1 AND value_status = 'ok', FALSE) AS offends
FROM {relation}
WHERE bound_lower IS NOT NULL OR bound_upper IS NOT NULL OR share_unknown IS NOT NULL
