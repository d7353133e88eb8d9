-- rule: RATES-PREFERRED
-- tables: rates.rates, published.rates
-- check: contract
-- severity: critical
-- category: uniqueness
-- message: Of the rows of one area, measure, stratum and window exactly one is preferred; it has a
--   number where any has one, and no series that comes before it has one too.
-- remedy: Rebuild the table; look at assets/rates/preferred.sql and at the order of the series
--   (preference in the files producer.yaml).
-- keys: place_code, measure, stratum_type, stratum, window_type, period_start, period_end
-- grain: area × measure × stratum × window
-- inputs: none
WITH ordered AS (
    SELECT * FROM ({series_order}) AS o (source_family, preference)
),

counted AS (
    SELECT
        r.place_code, r.measure, r.stratum_type, r.stratum, r.window_type, r.period_start,
        r.period_end,
        count(*) AS rows_there,
        count(*) FILTER (r.is_preferred) AS preferred,
        count(*) FILTER (r.value_status IN ('ok', 'unreliable')) AS shown,
        count(*) FILTER (r.is_preferred AND r.value_status IN ('ok', 'unreliable')) AS taken,
        min(o.preference) FILTER (r.value_status IN ('ok', 'unreliable')) AS first_shown,
        min(o.preference) FILTER (r.is_preferred AND r.value_status IN ('ok', 'unreliable'))
            AS first_taken
    FROM {relation} AS r
    LEFT JOIN ordered AS o USING (source_family)
    GROUP BY ALL
)

SELECT
    place_code, measure, stratum_type, stratum, window_type, period_start, period_end,
    format(
        '{} of {} rows preferred, {} of {} with a number', preferred, rows_there, taken, shown
    ) AS observed,
    'one preferred row, with a number of the first series that has one' AS expected,
    preferred <> 1
    OR taken <> least(shown, 1)
    OR first_taken IS DISTINCT FROM first_shown AS offends
FROM counted
