-- rule: DECOMPOSITIONS-RATES
-- tables: published.decompositions
-- check: contract
-- severity: critical
-- category: recomputation
-- message: Both rates of a pair are those of the table of rates, but for births that belong to no
--   group (0.1 % of all at most) and weighted deaths that are rounded group by group.
-- remedy: Rebuild rates and decompositions; one of them stands on other counts.
-- keys: pair_id, measure, dimension, grouping_id
-- grain: pair and grouping with numbers × rate
-- inputs: published.rates
WITH pairs AS (
    SELECT * FROM {relation} WHERE factor = 'difference' AND part IS NOT NULL
),

stated AS (
    SELECT
        pair_id, measure, dimension, grouping_id, rate_per, stratum_type, window_type,
        source_family, area_code, geography_vintage, stratum, period_start, period_end, rate,
        deaths
    FROM pairs
    UNION ALL
    SELECT
        pair_id, measure, dimension, grouping_id, rate_per, stratum_type, window_type,
        reference_source_family, reference_area_code, reference_geography_vintage,
        reference_stratum, reference_period_start, reference_period_end, reference_rate,
        reference_deaths
    FROM pairs
)

SELECT
    s.pair_id, s.measure, s.dimension, s.grouping_id,
    CAST(s.rate AS VARCHAR) AS observed,
    coalesce(CAST(r.rate AS VARCHAR), 'a rate in published.rates') AS expected,
    coalesce(abs(s.rate / r.rate - 1) > 0.0011 + 10 / greatest(s.deaths, 1), TRUE) AS offends
FROM stated AS s
LEFT JOIN published.rates AS r
    ON r.source_family = s.source_family AND r.measure = s.measure
    AND r.area_code = s.area_code AND r.geography_vintage = s.geography_vintage
    AND r.stratum_type = s.stratum_type AND r.stratum = s.stratum
    AND r.window_type = s.window_type AND r.period_start = s.period_start
    AND r.period_end = s.period_end
