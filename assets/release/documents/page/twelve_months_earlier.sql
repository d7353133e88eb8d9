-- Grain: one row per nation, twelve months and earlier vintage in which deaths or births of the
-- same twelve months had another value: both as that vintage had them, where both were printed.
-- Inputs: core.revisions, published.rates, published.sources.
-- A count that later vintages restated has the value from before the first of these.
WITH restated AS (
    SELECT
        r.* EXCLUDE (vintage_id),
        s.dataset_id,
        s.position AS restated_at,
        p.position AS stood_at
    FROM core.revisions AS r
    JOIN published.sources AS s ON s.vintage_id = r.vintage_id
    JOIN published.sources AS p ON p.vintage_id = r.previous_vintage_id
    WHERE r.period_type = '12_months_ending'
        AND r.stratum_type = 'all'
        AND r.measure IN ('infant_deaths', 'live_births')
        AND s.dataset_id = p.dataset_id
),

moments AS (
    SELECT DISTINCT
        source_family,
        area_code,
        geography_vintage,
        period_start,
        period_end,
        dataset_id,
        previous_vintage_id,
        stood_at
    FROM restated
),

as_it_was AS (
    SELECT
        m.*,
        c.measure,
        arg_min(c.previous_value, c.restated_at) FILTER (c.restated_at > m.stood_at) AS value_then,
        arg_min(c.previous_status, c.restated_at) FILTER (c.restated_at > m.stood_at) AS status_then
    FROM moments AS m
    JOIN restated AS c
        USING (source_family, area_code, geography_vintage, period_start, period_end, dataset_id)
    GROUP BY ALL
)

SELECT
    r.area_code,
    r.source_family,
    r.period,
    r.period_end,
    w.previous_vintage_id,
    any_value(r.rate) AS rate,
    any_value(r.decimals) AS decimals,
    any_value(r.rate_per)
        * coalesce(
            any_value(w.value_then) FILTER (w.measure = 'infant_deaths'), any_value(r.numerator)
        )
        / nullif(
            coalesce(
                any_value(w.value_then) FILTER (w.measure = 'live_births'),
                any_value(r.denominator)
            ),
            0
        ) AS rate_then
FROM as_it_was AS w
JOIN published.rates AS r
    ON r.source_family = w.source_family
    AND r.area_code = w.area_code
    AND r.geography_vintage = w.geography_vintage
    AND r.period_start = w.period_start
    AND r.period_end = w.period_end
WHERE r.measure = 'infant_mortality'
    AND r.window_type = 'rolling_12_month'
    AND r.stratum_type = 'all'
    AND r.is_preferred
    AND r.value_status IN ('ok', 'unreliable')
    AND r.area_type = 'country'
    AND r.source_family IN (SELECT unnest($public))
GROUP BY r.area_code, r.source_family, r.period, r.period_end, w.previous_vintage_id
HAVING bool_and(coalesce(w.status_then, 'ok') = 'ok')
ORDER BY r.area_code, r.period_end, w.previous_vintage_id
