-- rule: DECOMPOSITIONS-SUM
-- tables: rates.decompositions, published.decompositions
-- check: contract
-- severity: critical
-- category: conservation
-- message: Parts add up: groups to their factor, factors and unlinked deaths to the difference of
--   the two rates, centred parts to the composition, deaths averted by both to those of each, and
--   those of every cause of death to those of all.
-- remedy: Rebuild the decompositions; a group or a factor is missing or there twice.
-- keys: pair_id, measure, dimension, grouping_id
-- grain: pair and grouping with numbers
-- inputs: none
WITH sums AS (
    SELECT
        pair_id, measure, dimension, grouping_id,
        any_value(rate_per) / 1000 AS scale,
        any_value(rate - reference_rate) AS difference,
        sum(part) FILTER (factor = 'difference') AS whole,
        sum(part) FILTER (factor <> 'difference' AND group_code = 'all') AS of_factors,
        sum(part) FILTER (group_code <> 'all' OR factor = 'unlinked') AS of_groups,
        sum(part) FILTER (factor = 'composition' AND group_code = 'all') AS composition,
        sum(part_centred) AS centred,
        sum(averted_all - (averted_distribution + averted_rates - averted_interaction)) AS averted,
        sum(averted_all) FILTER (factor = 'difference')
        - sum(averted_all) FILTER (group_code <> 'all') AS averted_of_causes,
        sum(deaths) FILTER (factor = 'difference') AS deaths
    FROM {relation}
    WHERE part IS NOT NULL
    GROUP BY pair_id, measure, dimension, grouping_id
)

SELECT
    pair_id, measure, dimension, grouping_id,
    format(
        'difference {}, factors {}, groups {}, centred {} of {}', CAST(whole AS VARCHAR),
        CAST(of_factors AS VARCHAR), CAST(of_groups AS VARCHAR),
        coalesce(CAST(centred AS VARCHAR), '-'), CAST(composition AS VARCHAR)
    ) AS observed,
    'all of them ' || CAST(difference AS VARCHAR) AS expected,
    coalesce(abs(whole - difference) > 1e-9 * scale, TRUE)
    OR coalesce(abs(of_factors - difference) > 1e-9 * scale, TRUE)
    OR coalesce(abs(of_groups - difference) > 1e-9 * scale, TRUE)
    OR coalesce(abs(centred - composition) > 1e-9 * scale, FALSE)
    OR coalesce(abs(averted) > 1e-9 * greatest(deaths, 1), TRUE)
    OR coalesce(abs(averted_of_causes) > 1e-9 * greatest(deaths, 1), FALSE) AS offends
FROM sums
