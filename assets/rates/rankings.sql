-- Grain: source_family × measure × window × area × rank_on.
-- Inputs: rates.rates.
-- As America's Health Rankings: states by value, 1 is the lowest rate, equal values share a rank;
-- the nation and the District of Columbia are listed without a rank. The published value has one
-- decimal, rounded half away from zero by whole-number arithmetic. A single state has no rank, and
-- neither has a window in which fewer than four in five states of the series have a rate: the first
-- of eight states would be taken for the first of fifty. Runs and changes are those of the value
-- that is ranked. z-scores stand on the nation or, where the series lacks it, on the mean of the
-- states and the District.
WITH listed AS (
    SELECT
        *,
        area_type = 'state' AND area_code <> 'US-DC' AND rate IS NOT NULL AS is_ranked,
        CASE WHEN rate IS NOT NULL THEN
            CAST(
                (
                    2 * CAST(round(numerator * 1000000) AS HUGEINT) * rate_per * 10
                    + CAST(round(denominator * 1000000) AS HUGEINT)
                ) // (2 * CAST(round(denominator * 1000000) AS HUGEINT))
                AS BIGINT
            )
        END AS tenths
    FROM rates.rates
    WHERE country = 'US' AND stratum_type = 'all'
        AND (area_type = 'state' OR area_code IN ('US', 'US-DC'))
),

valued AS (
    SELECT *, 'rounded' AS rank_on, tenths / 10.0 AS ranked_value FROM listed
    UNION ALL
    SELECT *, 'unrounded' AS rank_on, rate AS ranked_value FROM listed
),

stepped AS (
    SELECT
        *,
        CASE
            WHEN lag(period_end) OVER s = last_day(period_end - INTERVAL 1 YEAR)
                THEN sign(ranked_value - lag(ranked_value) OVER s)
        END AS direction,
        CASE
            WHEN lag(period_end) OVER s = last_day(period_end - INTERVAL 1 YEAR)
                THEN 100 * (ranked_value / nullif(lag(ranked_value) OVER s, 0) - 1)
        END AS change_1_year_percent,
        row_number() OVER s AS position
    FROM valued
    WINDOW s AS (
        PARTITION BY
            source_family, measure, area_code, geography_vintage, window_type, month(period_end),
            CASE WHEN window_type = 'pooled' THEN period_start END, rank_on
        ORDER BY period_end
    )
),

runs AS (
    SELECT
        *,
        position - coalesce(
            max(CASE WHEN direction IS DISTINCT FROM -1 THEN position END) OVER s, 0
        ) AS falls,
        position - coalesce(max(CASE WHEN direction IS DISTINCT FROM 1 THEN position END) OVER s, 0)
            AS rises
    FROM stepped
    WINDOW s AS (
        PARTITION BY
            source_family, measure, area_code, geography_vintage, window_type, month(period_end),
            CASE WHEN window_type = 'pooled' THEN period_start END, rank_on
        ORDER BY period_end
        ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    )
),

centred AS (
    SELECT
        source_family, measure, geography_vintage, window_type, period_start, period_end, rank_on,
        count(*) FILTER (is_ranked) AS areas_ranked,
        any_value(ranked_value) FILTER (area_code = 'US') AS national,
        sum(ranked_value ORDER BY area_code) FILTER (is_ranked)
            / count(*) FILTER (is_ranked) AS mean,
        sum(ranked_value ORDER BY area_code) FILTER (area_code <> 'US')
            / count(ranked_value) FILTER (area_code <> 'US') AS mean_of_states
    FROM runs
    GROUP BY ALL
),

covered AS (
    SELECT
        *,
        5 * areas_ranked >= 4 * max(areas_ranked) OVER (
            PARTITION BY source_family, measure, geography_vintage
        ) AS is_whole
    FROM centred
),

spread AS (
    SELECT
        c.*,
        (
            SELECT sqrt(
                sum((v.ranked_value - c.mean) * (v.ranked_value - c.mean) ORDER BY v.area_code)
                / nullif(count(*) - 1, 0)
            )
            FROM runs AS v
            WHERE v.is_ranked AND v.source_family = c.source_family AND v.measure = c.measure
                AND v.geography_vintage = c.geography_vintage AND v.window_type = c.window_type
                AND v.period_start = c.period_start AND v.period_end = c.period_end
                AND v.rank_on = c.rank_on
        ) AS deviation
    FROM covered AS c
)

SELECT
    v.source_family, v.country, v.area_code, v.area_name, v.area_type, v.geography_vintage,
    v.measure, v.window_type, v.period_start, v.period_end, v.period, v.rank_on,
    v.ranked_value AS rate,
    CASE
        WHEN v.is_ranked AND s.areas_ranked >= 2 AND s.is_whole THEN rank() OVER (
            PARTITION BY
                v.source_family, v.measure, v.geography_vintage, v.window_type, v.period_start,
                v.period_end, v.rank_on, v.is_ranked
            ORDER BY v.ranked_value
        )
    END AS rank,
    CASE WHEN s.areas_ranked >= 2 AND s.is_whole THEN s.areas_ranked ELSE 0 END AS areas_ranked,
    CASE
        WHEN v.is_ranked AND s.is_whole AND s.deviation > 0 THEN greatest(
            -2,
            least(2, (v.ranked_value - coalesce(s.national, s.mean_of_states)) / s.deviation)
        )
    END AS z_score,
    CASE
        WHEN z_score IS NULL THEN NULL
        WHEN s.national IS NULL THEN 'mean_of_states'
        ELSE 'nation'
    END AS z_score_reference,
    v.change_1_year_percent,
    CASE WHEN v.rate IS NOT NULL THEN v.falls END AS consecutive_decreases,
    CASE WHEN v.rate IS NOT NULL THEN v.rises END AS consecutive_increases,
    v.value_status,
    '{method_version}' AS method_version
FROM runs AS v
JOIN spread AS s USING (
    source_family, measure, geography_vintage, window_type, period_start, period_end, rank_on
)
-- A series that only has the nation ranks nothing, and an area without a rate is listed only beside
-- those that are ranked.
WHERE s.areas_ranked > 0 AND (v.rate IS NOT NULL OR s.areas_ranked >= 2 AND s.is_whole)
