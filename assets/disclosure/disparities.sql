-- Grain: one row per row of rates.disparities, with the status after disclosure control.
-- Inputs: rates.disparities, disclosure_decisions.
-- A row stands on the group and its reference; the shares stand on the area's total as well, and
-- the changes on the window before, and the slope over the ten tenths on all of them: each gives a
-- withheld count back.
WITH withheld_groups AS (
    SELECT DISTINCT
        source_family, measure, area_code, geography_vintage, stratum_type, window_type,
        period_start, period_end
    FROM disclosure_decisions
    WHERE withheld_here
),

parts AS (
    SELECT
        p.*,
        own.published_status AS group_status,
        reference.published_status AS reference_status,
        coalesce(total.withheld_here, FALSE) AS total_withheld,
        coalesce(before_own.withheld_here, FALSE) OR coalesce(before_reference.withheld_here, FALSE)
            AS before_withheld,
        g.area_code IS NOT NULL AS any_group_withheld
    FROM rates.disparities AS p
    LEFT JOIN withheld_groups AS g
        ON g.source_family = p.source_family AND g.measure = p.measure
        AND g.area_code = p.area_code AND g.geography_vintage = p.geography_vintage
        AND g.stratum_type = p.stratum_type AND g.window_type = p.window_type
        AND g.period_start = p.period_start AND g.period_end = p.period_end
    LEFT JOIN disclosure_decisions AS own
        ON own.source_family = p.source_family AND own.measure = p.measure
        AND own.area_code = p.area_code AND own.geography_vintage = p.geography_vintage
        AND own.stratum_type = p.stratum_type AND own.stratum = p.stratum
        AND own.window_type = p.window_type AND own.period_start = p.period_start
        AND own.period_end = p.period_end
    LEFT JOIN disclosure_decisions AS reference
        ON reference.source_family = p.source_family AND reference.measure = p.measure
        AND reference.area_code = p.area_code
        AND reference.geography_vintage = p.geography_vintage
        AND reference.stratum_type = p.stratum_type AND reference.stratum = p.reference_stratum
        AND reference.window_type = p.window_type AND reference.period_start = p.period_start
        AND reference.period_end = p.period_end
    LEFT JOIN disclosure_decisions AS total
        ON total.source_family = p.source_family AND total.measure = p.measure
        AND total.area_code = p.area_code AND total.geography_vintage = p.geography_vintage
        AND total.stratum_type = 'all' AND total.stratum = 'all'
        AND total.window_type = p.window_type AND total.period_start = p.period_start
        AND total.period_end = p.period_end
    LEFT JOIN disclosure_decisions AS before_own
        ON before_own.source_family = p.source_family AND before_own.measure = p.measure
        AND before_own.area_code = p.area_code
        AND before_own.geography_vintage = p.geography_vintage
        AND before_own.stratum_type = p.stratum_type AND before_own.stratum = p.stratum
        AND before_own.window_type = p.window_type
        AND before_own.period_end = p.previous_period_end
    LEFT JOIN disclosure_decisions AS before_reference
        ON before_reference.source_family = p.source_family
        AND before_reference.measure = p.measure
        AND before_reference.area_code = p.area_code
        AND before_reference.geography_vintage = p.geography_vintage
        AND before_reference.stratum_type = p.stratum_type
        AND before_reference.stratum = p.reference_stratum
        AND before_reference.window_type = p.window_type
        AND before_reference.period_end = p.previous_period_end
)

SELECT
    * EXCLUDE (
        share_of_deaths, share_of_deaths_lower_95, share_of_deaths_upper_95, share_of_births,
        share_ratio, ratio_change, ratio_change_p_value, difference_change,
        difference_change_p_value, slope_index, slope_index_lower_95, slope_index_upper_95,
        relative_index, relative_index_lower_95, relative_index_upper_95
    ),
    CASE
        WHEN value_status NOT IN ('ok', 'unreliable') THEN value_status
        WHEN group_status = 'suppressed' OR reference_status = 'suppressed' THEN 'suppressed'
        WHEN coalesce(group_status, 'missing') NOT IN ('ok', 'unreliable')
            THEN coalesce(group_status, 'missing')
        WHEN coalesce(reference_status, 'missing') NOT IN ('ok', 'unreliable')
            THEN coalesce(reference_status, 'missing')
        ELSE value_status
    END AS published_status,
    CASE WHEN total_withheld THEN NULL ELSE share_of_deaths END AS share_of_deaths,
    CASE WHEN total_withheld THEN NULL ELSE share_of_deaths_lower_95 END
        AS share_of_deaths_lower_95,
    CASE WHEN total_withheld THEN NULL ELSE share_of_deaths_upper_95 END
        AS share_of_deaths_upper_95,
    CASE WHEN total_withheld THEN NULL ELSE share_of_births END AS share_of_births,
    CASE WHEN total_withheld THEN NULL ELSE share_ratio END AS share_ratio,
    CASE WHEN before_withheld THEN NULL ELSE ratio_change END AS ratio_change,
    CASE WHEN before_withheld THEN NULL ELSE ratio_change_p_value END AS ratio_change_p_value,
    CASE WHEN before_withheld THEN NULL ELSE difference_change END AS difference_change,
    CASE WHEN before_withheld THEN NULL ELSE difference_change_p_value END
        AS difference_change_p_value,
    CASE WHEN any_group_withheld THEN NULL ELSE slope_index END AS slope_index,
    CASE WHEN any_group_withheld THEN NULL ELSE slope_index_lower_95 END
        AS slope_index_lower_95,
    CASE WHEN any_group_withheld THEN NULL ELSE slope_index_upper_95 END
        AS slope_index_upper_95,
    CASE WHEN any_group_withheld THEN NULL ELSE relative_index END AS relative_index,
    CASE WHEN any_group_withheld THEN NULL ELSE relative_index_lower_95 END
        AS relative_index_lower_95,
    CASE WHEN any_group_withheld THEN NULL ELSE relative_index_upper_95 END
        AS relative_index_upper_95
FROM parts
