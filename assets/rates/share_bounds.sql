-- Grain: adds to rate_bounds one row per share × window with a number: the shares that births of
-- which nothing is known allow, and how many these are of all. The same for late fetal deaths.
-- Inputs: rate_values, rate_series, core.observations, method_unknown (measure, count_measure: the
-- count of those of whom nothing is known), method_measures. Sets value_status of rate_values to
-- unreliable where more than a tenth is not known.
-- All of them may have the trait, or none. Births of areas that do not ask are in neither.
CREATE OR REPLACE TEMP TABLE rate_unknown_traits AS
SELECT
    r.series_id, o.period_type, o.period_start, o.period_end,
    CASE WHEN o.status = 'ok' THEN o.value END AS unknown
FROM rate_series AS r
JOIN method_unknown AS m USING (measure)
JOIN core.observations AS o
    ON o.measure = m.count_measure AND o.source_family = r.source_family
    AND o.country = r.country AND o.area_code = r.area_code
    AND o.geography_vintage = r.geography_vintage
    AND o.stratum_type = r.stratum_type AND o.stratum = r.stratum;

INSERT INTO rate_bounds BY NAME
WITH summed AS (
    SELECT
        v.series_id, v.window_type, v.last_month, v.months, v.rate_per, v.numerator, v.denominator,
        u.period_type, m.is_share,
        sum(u.unknown ORDER BY u.period_start) AS unknown
    FROM rate_values AS v
    JOIN rate_series AS r USING (series_id)
    JOIN method_measures AS m USING (measure)
    JOIN rate_unknown_traits AS u
        ON u.series_id = v.series_id
        AND u.period_start >= v.period_start AND u.period_end <= v.period_end
    WHERE v.value_status IN ('ok', 'unreliable')
    GROUP BY ALL
    HAVING sum(date_diff('month', u.period_start, u.period_end) + 1) = v.months
        AND count(u.unknown) = count(*)
)

SELECT
    series_id, window_type, last_month, months,
    -- A fetal death of unknown weeks that is no late one is not counted below either.
    rate_per * numerator / (denominator + if(is_share, unknown, 0)) AS bound_lower,
    rate_per * (numerator + unknown) / (denominator + unknown) AS bound_upper,
    unknown / (if(is_share, denominator, numerator) + unknown) AS share_unknown
FROM summed
WHERE if(is_share, denominator, numerator) + unknown > 0
QUALIFY row_number() OVER (
    PARTITION BY series_id, window_type, last_month, months ORDER BY period_type DESC
) = 1;

UPDATE rate_values AS v
SET
    value_status = 'unreliable',
    status_reason = coalesce(v.status_reason || '; ', '') || format(
        'unknown: of {:.1f} percent of the births it is not known (more than 10)',
        100 * b.share_unknown
    )
FROM rate_bounds AS b, rate_series AS r, method_measures AS m
WHERE b.series_id = v.series_id AND b.window_type = v.window_type
    AND b.last_month = v.last_month AND b.months = v.months
    AND r.series_id = v.series_id AND m.measure = r.measure AND m.is_share
    AND b.share_unknown > 0.1;

DROP TABLE rate_unknown_traits;
