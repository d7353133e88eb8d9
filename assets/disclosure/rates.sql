-- Grain: one row per row of rates.rates, with the status after disclosure control.
-- Inputs: rates.rates, disclosure_decisions, which says anew which row is preferred and latest. A
-- stabilised rate and a place in the funnel borrow from all areas of the window, and an unweighted
-- mean from all its years: they give a withheld neighbour away and fall with it. The comparison
-- with the nation bounds the nation's rate, whatever boundary set that one stands in. The bounds of
-- unknown weeks are made of the counts of all weeks. Causes of death close ranks.
SELECT
    r.* EXCLUDE (
        status_reason, rate_eb, funnel, compared_with_nation, mean_of_rates, place_code, period,
        is_preferred, is_latest, bound_lower, bound_upper, share_unknown,
        cause_rank
    ),
    d.place_code,
    d.period,
    d.is_preferred,
    d.is_latest,
    d.published_status,
    d.published_reason AS status_reason,
    CASE WHEN n.measure IS NULL THEN r.rate_eb END AS rate_eb,
    CASE WHEN n.measure IS NULL THEN r.funnel END AS funnel,
    CASE
        WHEN EXISTS (
            SELECT 1
            FROM disclosure_decisions AS nation
            WHERE nation.withheld_here
                AND nation.source_family = r.source_family
                AND nation.measure = r.measure
                AND nation.stratum_type = r.stratum_type
                AND nation.stratum = r.stratum
                AND nation.window_type = r.window_type
                AND nation.period_start = r.period_start
                AND nation.period_end = r.period_end
                AND nation.area_type = 'country'
        ) THEN 'not_compared'
        ELSE r.compared_with_nation
    END AS compared_with_nation,
    CASE
        WHEN EXISTS (
            SELECT 1
            FROM disclosure_decisions AS part
            WHERE part.withheld_here
                AND part.source_family = r.source_family
                AND part.measure = r.measure
                AND part.area_code = r.area_code
                AND part.geography_vintage = r.geography_vintage
                AND part.stratum_type = r.stratum_type
                AND part.stratum = r.stratum
                AND part.period_start >= r.period_start
                AND part.period_end <= r.period_end
        ) THEN NULL
        ELSE r.mean_of_rates
    END AS mean_of_rates,
    CASE WHEN w.area_code IS NULL THEN r.bound_lower END AS bound_lower,
    CASE WHEN w.area_code IS NULL THEN r.bound_upper END AS bound_upper,
    CASE WHEN w.area_code IS NULL THEN r.share_unknown END AS share_unknown,
    c.cause_rank
FROM rates.rates AS r
JOIN disclosure_decisions AS d
    USING (
        source_family, measure, area_code, geography_vintage, stratum_type, stratum, window_type,
        period_start, period_end
    )
LEFT JOIN (
    SELECT DISTINCT
        source_family, measure, area_code, geography_vintage, window_type, period_start, period_end
    FROM disclosure_decisions
    WHERE withheld_here AND contains(stratum_type, 'gestation')
) AS w
    USING (
        source_family, measure, area_code, geography_vintage, window_type, period_start, period_end
    )
LEFT JOIN (
    SELECT DISTINCT
        source_family, measure, geography_vintage, stratum_type, window_type, period_start,
        period_end
    FROM disclosure_decisions
    WHERE withheld_here
) AS n
    USING (
        source_family, measure, geography_vintage, stratum_type, window_type, period_start,
        period_end
    )
LEFT JOIN (
    SELECT
        source_family, measure, area_code, geography_vintage, stratum_type, stratum, window_type,
        period_start, period_end,
        rank() OVER (
            PARTITION BY
                source_family, measure, area_code, geography_vintage, stratum_type, window_type,
                period_start, period_end
            ORDER BY k.cause_rank
        ) AS cause_rank
    FROM rates.rates AS k
    JOIN disclosure_decisions AS s
        USING (
            source_family, measure, area_code, geography_vintage, stratum_type, stratum,
            window_type, period_start, period_end
        )
    WHERE k.cause_rank IS NOT NULL AND s.published_status IN ('ok', 'unreliable')
) AS c
    USING (
        source_family, measure, area_code, geography_vintage, stratum_type, stratum, window_type,
        period_start, period_end
    )
