-- rule: RATES-BOUNDS
-- tables: rates.rates, published.rates
-- check: contract
-- severity: critical
-- category: intervals
-- message: A rate from a week of gestation on, a share and a rate of late fetal deaths lie within
--   the bounds that unknown values allow, the first two are unreliable where more than a tenth is
--   not known, and no other rate has bounds.
-- remedy: Rebuild the rates; the unknown counts are of other babies than the rate.
-- keys: source_family, measure, area_code, geography_vintage, stratum_type, stratum, window_type,
--   period_start, period_end
-- grain: row with bounds or a share of unknown weeks
-- inputs: none
WITH traits AS (SELECT measure FROM ({rate_parts}) AS p WHERE contains(count_measure, '_known_'))

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
    'bound_lower <= rate <= bound_upper of weeks or a share; unreliable above a share of 0.1'
        AS expected,
    (
        NOT list_contains(string_split(stratum_type, '|'), 'gestation_from')
        AND measure <> 'late_fetal_mortality'
        AND measure NOT IN (SELECT t.measure FROM traits AS t)
    )
    OR coalesce(bound_lower > rate * (1 + 1e-12), FALSE)
    OR coalesce(bound_upper < rate * (1 - 1e-12), FALSE)
    OR (bound_lower IS NULL) <> (bound_upper IS NULL)
    OR coalesce(share_unknown > 0.1 AND value_status = 'ok'
        AND measure <> 'late_fetal_mortality', FALSE) AS offends
FROM {relation}
WHERE bound_lower IS NOT NULL OR bound_upper IS NOT NULL OR share_unknown IS NOT NULL
