-- rule: RATES-LATEST
-- tables: rates.rates, published.rates
-- check: contract
-- severity: critical
-- category: uniqueness
-- message: Of the preferred rows of one area, measure, stratum and kind of window with a number
--   exactly one is the latest, and none ends later.
-- remedy: Rebuild the table; look at assets/rates/preferred.sql.
-- keys: place_code, measure, stratum_type, stratum, window_type
-- grain: area × measure × stratum × kind of window
-- inputs: none
SELECT
    place_code, measure, stratum_type, stratum, window_type,
    format('{} latest, to {}', latest, coalesce(strftime(ends, '%Y-%m-%d'), '-')) AS observed,
    CASE
        WHEN newest IS NULL THEN 'none, for want of a number'
        ELSE format('one, to {}', strftime(newest, '%Y-%m-%d'))
    END AS expected,
    latest <> CASE WHEN newest IS NULL THEN 0 ELSE 1 END
    OR ends IS DISTINCT FROM newest
    OR unusable > 0 AS offends
FROM (
    SELECT
        place_code, measure, stratum_type, stratum, window_type,
        count(*) FILTER (is_latest) AS latest,
        max(period_end) FILTER (is_latest) AS ends,
        max(period_end) FILTER (is_preferred AND value_status IN ('ok', 'unreliable')) AS newest,
        count(*) FILTER (
            is_latest AND NOT (is_preferred AND value_status IN ('ok', 'unreliable'))
        ) AS unusable
    FROM {relation}
    GROUP BY ALL
) AS counted
