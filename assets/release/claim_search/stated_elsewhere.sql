-- Grain: one row per number of another table than the rates of the search (comparisons,
-- decompositions, bounds, shares of groups) that is near the stated number.
-- Inputs: comparisons, decompositions and rates of the release that is searched. Parameters: the
-- number and one unit of it, the stated measures, and codes of the stated areas or null. Only
-- columns of these tables are read, in which withheld numbers are not, and shares are made of two
-- counts that are shown. per: units that a rate refers to, 100 of shares, 1 of ratios and counts.
WITH ratios AS (
    SELECT
        'comparisons' AS in_table, c.comparison_id AS identity, c.source_family,
        c.area_code, c.area_name, c.geography_vintage, c.measure, c.gestation_from,
        c.window_type, c.period_start, c.period_end,
        if(c.gestation_from = 'any', 'all', 'gestation_from') AS stratum_type,
        if(c.gestation_from = 'any', 'all', c.gestation_from) AS stratum,
        c.reference_area_code, r.area_name AS reference_area_name,
        c.period_start AS reference_start, c.period_end AS reference_end,
        c.rate_per, c.rate_ratio, c.rate_difference
    FROM comparisons AS c
    LEFT JOIN comparisons AS r
        ON r.comparison_id = c.comparison_id AND r.area_code = c.reference_area_code
    WHERE list_contains($measures, c.measure)
),

parts AS (
    SELECT
        *, 'decompositions' AS in_table, pair_id AS identity,
        reference_period_start AS reference_start, reference_period_end AS reference_end
    FROM decompositions
    WHERE part IS NOT NULL AND list_contains($measures, measure)
),

-- Groups of a characteristic beside all births and deaths of the same population.
shares AS (
    SELECT
        'rates' AS in_table, g.*,
        100 * g.numerator / t.numerator AS of_deaths,
        100 * g.denominator / t.denominator AS of_births,
        concat_ws(' of ', CAST(g.numerator AS BIGINT), CAST(t.numerator AS BIGINT)) AS some_deaths,
        concat_ws(
            ' of ', CAST(g.denominator AS BIGINT), CAST(t.denominator AS BIGINT)
        ) AS some_births
    FROM rates AS g
    JOIN rates AS t USING (
        source_family, measure, area_code, geography_vintage, window_type, period_start, period_end
    )
    WHERE list_contains($measures, g.measure)
        AND (CAST($areas AS VARCHAR[]) IS NULL OR list_contains($areas, g.area_code))
        AND t.stratum_type = 'all' AND g.stratum_type <> 'all' AND NOT contains(g.stratum_type, '|')
        AND t.numerator > 0 AND t.denominator > 0
),

numbers AS (
    SELECT *, unnest([
        {'what': 'ratio', 'value': rate_ratio, 'per': 1},
        {'what': 'difference', 'value': rate_difference, 'per': rate_per}
    ], recursive := TRUE)
    FROM ratios
    UNION ALL BY NAME
    SELECT *, unnest([
        {
            'what': if(factor = 'difference', 'difference', 'part'), 'per': rate_per,
            'value': part
        },
        {'what': 'part_centred', 'value': part_centred, 'per': rate_per},
        {
            'what': 'share_of_difference', 'per': 100,
            'value': if(factor <> 'difference', 100 * part / nullif(rate_difference, 0), NULL)
        },
        {'what': 'averted_all', 'value': averted_all, 'per': 1},
        {'what': 'averted_distribution', 'value': averted_distribution, 'per': 1},
        {'what': 'averted_rates', 'value': averted_rates, 'per': 1}
    ], recursive := TRUE)
    FROM parts
    UNION ALL BY NAME
    SELECT
        *, 'rates' AS in_table,
        unnest([
            {'what': 'bound_lower', 'value': bound_lower, 'per': rate_per},
            {'what': 'bound_upper', 'value': bound_upper, 'per': rate_per},
            {'what': 'share_unknown', 'value': 100 * share_unknown, 'per': 100}
        ], recursive := TRUE)
    FROM rates
    WHERE bound_lower IS NOT NULL AND list_contains($measures, measure)
    UNION ALL BY NAME
    SELECT *, unnest([
        {'what': 'share_of_deaths', 'value': of_deaths, 'per': 100, 'made_of': some_deaths},
        {'what': 'share_of_births', 'value': of_births, 'per': 100, 'made_of': some_births}
    ], recursive := TRUE)
    FROM shares
)

SELECT
    in_table, identity, source_family, area_code, area_name, geography_vintage, measure,
    gestation_from, stratum_type, stratum, window_type, period_start, period_end,
    reference_area_code, reference_area_name, reference_stratum, reference_start, reference_end,
    dimension, grouping_id, factor, group_code, group_name, what, value, per, made_of
FROM numbers
WHERE abs(abs(value) - abs($number)) <= $step
ORDER BY ALL
