-- Grain: one row per status that rates of the release have: how many, and the newest as an example
-- (whole areas and infant mortality first).
-- Inputs: published.rates.
WITH one_of_each AS (
    SELECT
        value_status,
        count(*) AS rows,
        arg_min(
            row(area_code, source_family, measure, stratum_type, stratum, window_type, period_end,
                geography_vintage),
            row(
                measure <> 'infant_mortality', stratum_type <> 'all', NOT is_preferred,
                length(coalesce(status_reason, '')) > 160, -epoch(period_end), area_code,
                source_family, window_type
            )
        ) AS chosen
    FROM published.rates
    GROUP BY value_status
)

SELECT
    o.value_status,
    o.rows,
    r.area_name,
    r.measure,
    r.stratum_type,
    r.stratum,
    r.source_family,
    r.period,
    r.rate_text,
    r.status_reason
FROM one_of_each AS o
JOIN published.rates AS r
    ON r.value_status = o.value_status
    AND row(r.area_code, r.source_family, r.measure, r.stratum_type, r.stratum, r.window_type,
        r.period_end, r.geography_vintage) = o.chosen
