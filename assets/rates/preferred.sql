-- Grain: one row per given rate, with its place, its period in words, and whether it is the
-- preferred and the latest one.
-- Inputs: rates, given with their key and status; area_places; method_series.
-- Of several rows of one place, measure, stratum and window exactly one is preferred: one with a
-- number before one without, and of those one that is withheld; then the series by their declared
-- order; then the newest boundary set. A row with a number says what may be shown, whatever is
-- withheld beside it, because disclosure control has looked at all rows together.
WITH placed AS (
    SELECT
        r.*,
        coalesce(p.place_code, r.area_code) AS place_code,
        coalesce(o.preference, 0) AS preference,
        r.{status} IN ('ok', 'unreliable') AS has_number
    FROM {rates} AS r
    LEFT JOIN area_places AS p USING (area_code)
    LEFT JOIN method_series AS o USING (source_family)
),

chosen AS (
    SELECT
        *,
        row_number() OVER (
            PARTITION BY
                place_code, measure, stratum_type, stratum, window_type, period_start, period_end
            ORDER BY
                has_number DESC, {status} = 'suppressed' DESC, preference, geography_vintage DESC,
                area_code DESC, source_family
        ) = 1 AS is_preferred
    FROM placed
)

SELECT
    * EXCLUDE (preference, has_number),
    CASE
        WHEN window_type = 'rolling_12_month' THEN '12 months to ' || strftime(period_end, '%Y-%m')
        WHEN year(period_start) = year(period_end) THEN strftime(period_end, '%Y')
        ELSE strftime(period_start, '%Y-') || strftime(period_end, '%Y')
    END AS period,
    is_preferred AND has_number AND row_number() OVER (
        PARTITION BY place_code, measure, stratum_type, stratum, window_type
        ORDER BY is_preferred AND has_number DESC, period_end DESC, period_start DESC
    ) = 1 AS is_latest
FROM chosen
