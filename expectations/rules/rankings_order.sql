-- rule: RANKINGS-ORDER
-- tables: rates.rankings, published.rankings
-- check: contract
-- severity: critical
-- category: recomputation
-- message: A rank is one more than the number of areas with a lower rate, and within the number of
--   areas ranked.
-- remedy: Rebuild the rankings.
-- keys: source_family, measure, area_code, geography_vintage, window_type, period_start,
--   period_end, rank_on
-- grain: ranked area, ranks on the unrounded rate
-- inputs: none
SELECT
    source_family, measure, area_code, geography_vintage, window_type, period_start, period_end,
    rank_on,
    format('rank {} of {}', rank, areas_ranked) AS observed,
    format('rank {} of {}', lower + 1, ranked) AS expected,
    rank <> lower + 1 OR rank > areas_ranked AS offends
FROM (
    SELECT
        *,
        count(*) FILTER (WHERE rank IS NOT NULL) OVER peers AS ranked,
        rank() OVER (
            PARTITION BY
                source_family, measure, geography_vintage, window_type, period_start, period_end,
                rank_on
            ORDER BY rate
        ) - 1 AS lower
    FROM {relation}
    WHERE rank IS NOT NULL
    WINDOW peers AS (
        PARTITION BY
            source_family, measure, geography_vintage, window_type, period_start, period_end,
            rank_on
    )
) AS r
WHERE rank_on = 'unrounded'
