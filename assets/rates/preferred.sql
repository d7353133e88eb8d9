-- Grain: one row per given rate, with its place, its period in words, and whether it is the
-- preferred and the latest one.
-- Inputs: rates, given with the columns that name their series, window, period and status; all
-- series, given with what they count; area_places; method_series.
-- Of several rows of one place, measure, stratum and window exactly one is preferred: one with a
-- number before one without, and of those one that is withheld; then the series by their declared
-- order; then the newest boundary set. A row with a number says what may be shown, whatever is
-- withheld beside it, because disclosure control has looked at all rows together.
-- Most places have one series of a measure, and nothing has to be chosen there.
WITH series AS (
    SELECT
        s.*,
        coalesce(p.place_code, s.area_code) AS place_code,
        coalesce(o.preference, 0) AS preference
    FROM {series} AS s
    LEFT JOIN area_places AS p USING (area_code)
    LEFT JOIN method_series AS o USING (source_family)
),

placed AS MATERIALIZED (
    SELECT
        {named_by}, place_code,
        dense_rank() OVER (ORDER BY place_code, measure, stratum_type, stratum) AS place_series,
        count(*) OVER same > 1 AS has_rivals,
        row_number() OVER (
            same ORDER BY preference, geography_vintage DESC, area_code DESC, source_family
        ) AS turn
    FROM series
    WINDOW same AS (PARTITION BY place_code, measure, stratum_type, stratum)
),

dated AS (
    SELECT
        r.*, p.place_code, p.place_series, p.has_rivals, p.turn,
        r.{status} IN ('ok', 'unreliable') AS has_number
    FROM {rates} AS r
    JOIN placed AS p USING ({named_by})
),

best AS (
    SELECT {named_by}, window_type, period_start, period_end
    FROM dated
    WHERE has_rivals
    QUALIFY row_number() OVER (
        PARTITION BY place_series, window_type, period_start, period_end
        ORDER BY has_number DESC, {status} = 'suppressed' DESC, turn
    ) = 1
),

chosen AS MATERIALIZED (
    SELECT
        d.* EXCLUDE (has_rivals, turn),
        NOT d.has_rivals OR b.window_type IS NOT NULL AS is_preferred
    FROM dated AS d
    LEFT JOIN best AS b USING ({named_by}, window_type, period_start, period_end)
),

newest AS (
    SELECT place_series, window_type, max((period_end, period_start)) AS newest
    FROM chosen
    WHERE is_preferred AND has_number
    GROUP BY place_series, window_type
),

periods AS (
    SELECT
        window_type, period_start, period_end,
        CASE
            WHEN window_type = 'rolling_12_month'
                THEN '12 months to ' || strftime(period_end, '%Y-%m')
            WHEN year(period_start) = year(period_end) THEN strftime(period_end, '%Y')
            ELSE strftime(period_start, '%Y-') || strftime(period_end, '%Y')
        END AS period
    FROM (SELECT DISTINCT window_type, period_start, period_end FROM chosen)
)

SELECT
    c.* EXCLUDE (place_series, has_number),
    t.period,
    c.is_preferred AND c.has_number
        AND coalesce((c.period_end, c.period_start) = n.newest, FALSE) AS is_latest
FROM chosen AS c
JOIN periods AS t USING (window_type, period_start, period_end)
LEFT JOIN newest AS n USING (place_series, window_type)
