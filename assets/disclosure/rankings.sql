-- Grain: one row per row of rates.rankings, with the status after disclosure control.
-- Inputs: rates.rankings, disclosure_decisions.
-- Where a ranked area is withheld the others close ranks, because a gap would bound its rate;
-- z-scores go, because mean and spread of the ranked rates would give it away.
WITH standing AS (
    SELECT
        k.*,
        CASE
            WHEN k.value_status NOT IN ('ok', 'unreliable') THEN k.value_status
            ELSE coalesce(d.published_status, 'missing')
        END AS published_status,
        coalesce(d.withheld_here, FALSE) AS withheld_here
    FROM rates.rankings AS k
    LEFT JOIN disclosure_decisions AS d
        ON d.source_family = k.source_family
        AND d.measure = k.measure
        AND d.area_code = k.area_code
        AND d.geography_vintage = k.geography_vintage
        AND d.stratum_type = 'all'
        AND d.stratum = 'all'
        AND d.window_type = k.window_type
        AND d.period_start = k.period_start
        AND d.period_end = k.period_end
),

counted AS (
    SELECT
        s.*,
        s.rank IS NOT NULL AND s.published_status IN ('ok', 'unreliable') AS is_ranked,
        bool_or(s.withheld_here) OVER peers AS any_withheld,
        count(*) FILTER (
            WHERE s.rank IS NOT NULL AND s.published_status IN ('ok', 'unreliable')
        ) OVER peers AS areas_left
    FROM standing AS s
    WINDOW peers AS (
        PARTITION BY s.source_family, s.measure, s.geography_vintage, s.window_type,
            s.period_start, s.period_end, s.rank_on
    )
)

SELECT
    c.* EXCLUDE (
        rank, areas_ranked, z_score, z_score_reference, change_1_year_percent,
        consecutive_decreases, consecutive_increases, is_ranked, any_withheld, areas_left
    ),
    CASE
        WHEN c.any_withheld AND c.areas_left < 2 THEN NULL
        WHEN c.is_ranked AND c.any_withheld THEN rank() OVER (
            PARTITION BY c.source_family, c.measure, c.geography_vintage, c.window_type,
                c.period_start, c.period_end, c.rank_on, c.is_ranked
            ORDER BY c.rank
        )
        ELSE c.rank
    END AS rank,
    CASE
        WHEN c.any_withheld AND c.areas_left < 2 THEN 0
        WHEN c.any_withheld THEN c.areas_left
        ELSE c.areas_ranked
    END AS areas_ranked,
    CASE WHEN c.any_withheld THEN NULL ELSE c.z_score END AS z_score,
    CASE WHEN c.any_withheld THEN NULL ELSE c.z_score_reference END AS z_score_reference,
    CASE WHEN earlier.withheld THEN NULL ELSE c.change_1_year_percent END
        AS change_1_year_percent,
    CASE WHEN earlier.withheld THEN NULL ELSE c.consecutive_decreases END
        AS consecutive_decreases,
    CASE WHEN earlier.withheld THEN NULL ELSE c.consecutive_increases END
        AS consecutive_increases
FROM counted AS c
LEFT JOIN (
    SELECT source_family, measure, area_code, geography_vintage, window_type,
        min(period_end) AS first_withheld, TRUE AS withheld
    FROM disclosure_decisions
    WHERE withheld_here AND stratum_type = 'all'
    GROUP BY source_family, measure, area_code, geography_vintage, window_type
) AS earlier
    ON earlier.source_family = c.source_family
    AND earlier.measure = c.measure
    AND earlier.area_code = c.area_code
    AND earlier.geography_vintage = c.geography_vintage
    AND earlier.window_type = c.window_type
    AND earlier.first_withheld <= c.period_end
