-- Grain: measure × window × area × pair of groups.
-- Inputs: disparity_pairs, disparity_changes, disparity_limits, disparity_tails, disparity_slopes.
-- By score, from disparity_limits: the ratio without a death in the group, which is 0, and the
-- difference on fewer than 20 deaths.
SELECT
    p.source_family, p.country, p.area_code, p.area_name, p.area_type, p.geography_vintage,
    p.measure, p.stratum_type, p.stratum, p.reference_stratum,
    p.window_type, p.period_start, p.period_end, p.period,
    p.rate, p.reference_rate, p.rate_per,
    p.rate_ratio,
    CASE
        WHEN p.d1 = 0 AND p.d0 > 0 THEN l.ratio_lower
        ELSE p.rate_ratio * exp(-{z} * p.ratio_error)
    END AS rate_ratio_lower_95,
    CASE
        WHEN p.d1 = 0 AND p.d0 > 0 THEN l.ratio_upper
        ELSE p.rate_ratio * exp({z} * p.ratio_error)
    END AS rate_ratio_upper_95,
    p.rate_difference,
    coalesce(p.rate_per * l.lower, p.rate_difference - {z} * p.difference_error)
        AS rate_difference_lower_95,
    coalesce(p.rate_per * l.upper, p.rate_difference + {z} * p.difference_error)
        AS rate_difference_upper_95,
    p.excess_deaths, p.attributable_fraction,
    p.share_of_deaths,
    CASE WHEN p.share_of_deaths IS NOT NULL THEN
        (2 * p.d1 + {z} * {z} - {z} * sqrt({z} * {z} + 4 * p.d1 * (1 - p.d1 / p.d)))
            / (2 * (p.d + {z} * {z}))
    END AS share_of_deaths_lower_95,
    CASE WHEN p.share_of_deaths IS NOT NULL THEN
        (2 * p.d1 + {z} * {z} + {z} * sqrt({z} * {z} + 4 * p.d1 * (1 - p.d1 / p.d)))
            / (2 * (p.d + {z} * {z}))
    END AS share_of_deaths_upper_95,
    p.share_of_births,
    p.share_of_deaths / nullif(p.share_of_births, 0) AS share_ratio,
    c.ratio_change, r.p_value AS ratio_change_p_value,
    c.difference_change, f.p_value AS difference_change_p_value,
    c.previous_period_end,
    p.value_status,
    '{method_version}' AS method_version,
    s.slope_index, s.slope_index_lower_95, s.slope_index_upper_95,
    s.relative_index, s.relative_index_lower_95, s.relative_index_upper_95
FROM disparity_pairs AS p
LEFT JOIN disparity_limits AS l USING (pair_id)
LEFT JOIN disparity_changes AS c USING (pair_id)
LEFT JOIN disparity_tails AS r ON r.z = c.ratio_z
LEFT JOIN disparity_tails AS f ON f.z = c.difference_z
LEFT JOIN disparity_slopes AS s USING (pair_id)
-- Between groups of which one has no figure nothing can be said.
WHERE p.value_status NOT IN ('missing', 'incomplete_window')
