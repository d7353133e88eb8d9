-- Grain: one row per source_family × measure × area type × geography vintage × window, and one for
-- the local authorities of England of all types together, NICE's question.
-- Inputs: published.rates; rates.rates (births of withheld rows); disclosure_policies (name of the
-- policy of each series); method_policies (events below which the producer prints a count and no
-- rate).
-- Cells are areas: groups within an area (race, age, deprivation) would be counted as more of them.
WITH areas AS (
    SELECT r.*, r.numerator < m.not_calculated_below AS has_no_rate, u.denominator AS births
    FROM published.rates AS r
    JOIN rates.rates AS u
        USING (
            source_family, measure, area_code, geography_vintage, stratum_type, stratum,
            window_type, period_start, period_end
        )
    JOIN method_policies AS m
        ON m.source_family = r.source_family AND m.country = r.country AND m.measure = r.measure
        AND r.period_end BETWEEN CAST(m.effective_from AS DATE) AND CAST(m.effective_to AS DATE)
    WHERE r.stratum_type = 'all'
),

counted AS (
    SELECT * FROM areas
    UNION ALL
    SELECT * REPLACE ('english_local_authorities' AS area_type)
    FROM areas
    WHERE area_code LIKE 'E%' AND area_type IN {local_authorities}
)

SELECT
    r.source_family,
    min(r.country) AS country,
    r.measure,
    r.area_type,
    r.geography_vintage,
    r.window_type,
    r.period_start,
    r.period_end,
    count(*) AS cells,
    count(*) FILTER (WHERE r.value_status IN ('ok', 'unreliable')) AS cells_shown,
    count(*) FILTER (WHERE r.value_status = 'suppressed') AS cells_suppressed,
    count(*) FILTER (WHERE r.value_status = 'unreliable') AS cells_unreliable,
    count(*) FILTER (WHERE r.value_status NOT IN ('ok', 'unreliable', 'suppressed'))
        AS cells_without_figures,
    count(*) FILTER (WHERE r.value_status = 'suppressed')
        / nullif(count(*) FILTER (WHERE r.value_status IN ('ok', 'unreliable', 'suppressed')), 0)
        AS share_suppressed,
    -- Thousandths: a share of sums tells no births of one area.
    round(
        sum(r.births) FILTER (WHERE r.value_status IN ('ok', 'unreliable'))
            / nullif(
                sum(r.births) FILTER (WHERE r.value_status IN ('ok', 'unreliable', 'suppressed')),
                0
            ),
        3
    ) AS share_of_births_shown,
    count(*) FILTER (WHERE r.has_no_rate) AS cells_no_rate,
    (count(*) FILTER (WHERE r.has_no_rate) + count(*) FILTER (WHERE r.value_status = 'suppressed'))
        / nullif(count(*) FILTER (WHERE r.value_status IN ('ok', 'unreliable', 'suppressed')), 0)
        AS share_no_rate,
    min(p.policy) AS policy
FROM counted AS r
JOIN disclosure_policies AS p USING (source_family)
GROUP BY r.source_family, r.measure, r.area_type, r.geography_vintage, r.window_type,
    r.period_start, r.period_end
-- Where no area has a figure nothing could have been withheld.
HAVING count(*) FILTER (WHERE r.value_status IN ('ok', 'unreliable', 'suppressed')) > 0
