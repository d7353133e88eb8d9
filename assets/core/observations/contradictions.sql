-- Grain: count of a supplied extract beside the closest official one of the same area, year,
-- measure and group; and one row per extract × measure for the sums of these counts (area '*').
-- Inputs: supplied (vintage_id, area_code, period_start, period_end, measure, stratum_type,
-- stratum, value) and official (columns of core.observations).
-- Both count the same events. Two numbers contradict each other where they are further apart than
-- chance and revision allow: more than 5 standard errors of the difference of two independent
-- Poisson counts (about once in two million comparisons, so that an extract of thousands of cells
-- is not refused by luck), and more than 5 percent of the larger, by which provisional counts
-- differ from final ones. Sums are judged alike: they show a factor that small counts hide.
WITH official AS (
    SELECT
        source_family, area_code, period_start, period_end, measure, stratum_type, stratum, value,
        rounded_to
    FROM {official}
    WHERE source_family <> 'state_extract' AND period_type = 'year' AND status = 'ok'
),

beside AS (
    SELECT
        s.*, o.source_family AS official_family, o.value AS official,
        greatest(o.rounded_to, 1) AS rounded_to
    FROM ({supplied}) AS s
    JOIN official AS o USING (area_code, period_start, period_end, measure, stratum_type, stratum)
    WHERE s.value IS NOT NULL
    QUALIFY row_number() OVER (
        PARTITION BY
            s.vintage_id, s.area_code, s.period_start, s.period_end, s.measure, s.stratum_type,
            s.stratum
        ORDER BY abs(s.value - o.value), o.source_family
    ) = 1
),

compared AS (
    SELECT
        vintage_id, area_code, period_start, period_end, measure, stratum_type, stratum,
        official_family, value, official, rounded_to
    FROM beside
    UNION ALL
    SELECT
        vintage_id, '*', min(period_start), max(period_end), measure, 'all', 'all',
        'official series', sum(value),
        sum(official), sum(rounded_to)
    FROM beside
    WHERE stratum_type = 'all'
    GROUP BY vintage_id, measure
)

SELECT
    *,
    abs(value - official) - rounded_to / 2 > {allowance} AS contradicts
FROM compared
