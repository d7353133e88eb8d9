-- Grain: source_family × measure × area × stratum × window.
-- Inputs: rate_values, rate_bounds, rate_marks, rate_limits, rate_averages, rate_nations,
-- nation_rates, rate_series, rate_alike, rate_vintages, rate_cause_ranks, method_notes.
-- NCHS from 100 deaths: rate ± z × rate × relative standard error, z = 1.96 as NCHS prints it.
-- Shares: Wilson score limits, as PHEindicatormethods phe_proportion computes them.
-- Funnel: PHEindicatormethods assign_funnel_significance for rates: the average of the group
-- against the area's own limits (exact below 10, Byar from 10), outer limits first.
-- Comparison with the nation: OHID, the nation's rate taken as exact against the limits of the
-- area.
WITH spread AS (
    SELECT
        c.*,
        CASE
            WHEN c.numerator > 0 AND c.interval = 'wilson'
                THEN sqrt((1 - c.numerator / c.denominator) / c.numerator)
            WHEN c.numerator > 0 AND c.interval = 'nchs'
                THEN sqrt(1 / c.numerator + 1 / c.denominator)
            WHEN c.numerator > 0 THEN sqrt(1 / c.numerator)
        END AS relative_error,
        c.interval IN ('nchs', 'nchs_fixed') AND c.numerator >= 100 AS is_normal,
        c.interval = 'wilson' AND c.numerator IS NOT NULL AS is_share,
        -- Limits of the count divided by the count are factors; of no deaths they are the limits.
        CASE WHEN c.limit_kind = 'gamma' AND c.numerator > 0
            THEN c.rate / c.limit_count
            ELSE c.rate_per / c.denominator
        END AS per_count
    FROM rate_values AS c
)

SELECT
    s.source_family, s.country, s.area_code, s.area_name, s.area_type, s.geography_vintage,
    k.place_code, s.measure, s.stratum_type, s.stratum,
    v.window_type, v.period_start, v.period_end, k.period,
    v.numerator, v.denominator, v.rate, v.rate_per,
    v.decimals,
    CASE
        WHEN v.decimals = 0 THEN CAST(v.display_units AS VARCHAR)
        ELSE (v.display_units // v.scale) || '.'
            || lpad(CAST(v.display_units % v.scale AS VARCHAR), CAST(v.decimals AS INTEGER), '0')
    END || format(' per {:,}', v.rate_per) AS rate_text,
    CASE
        WHEN v.is_share
            THEN v.rate_per * wilson_lower(v.numerator, v.denominator, 1.959963984540054)
        WHEN v.is_normal THEN v.rate * (1 - 1.96 * v.relative_error)
        ELSE v.per_count * l.lower_95 END AS ci_lower_95,
    CASE
        WHEN v.is_share
            THEN v.rate_per * wilson_upper(v.numerator, v.denominator, 1.959963984540054)
        WHEN v.is_normal THEN v.rate * (1 + 1.96 * v.relative_error)
        ELSE v.per_count * l.upper_95 END AS ci_upper_95,
    CASE
        WHEN v.is_share
            THEN v.rate_per * wilson_lower(v.numerator, v.denominator, 3.090232306167813)
        WHEN v.is_normal THEN v.rate * (1 - 3.090232306167814 * v.relative_error)
        ELSE v.per_count * l.lower_998 END AS ci_lower_998,
    CASE
        WHEN v.is_share
            THEN v.rate_per * wilson_upper(v.numerator, v.denominator, 3.090232306167813)
        WHEN v.is_normal THEN v.rate * (1 + 3.090232306167814 * v.relative_error)
        ELSE v.per_count * l.upper_998 END AS ci_upper_998,
    CASE
        WHEN v.is_share THEN 'wilson'
        WHEN v.is_normal THEN 'normal'
        ELSE l.method
    END AS ci_method,
    100 * v.relative_error AS relative_standard_error,
    v.rate_per * (
        g.mean + (v.numerator / v.denominator - g.mean)
            * g.spread / (g.spread + g.mean / v.denominator)
    ) AS rate_eb,
    v.mean_of_rates,
    v.value_status, v.status_reason,
    CASE
        WHEN NOT v.banded OR v.rate IS NULL THEN NULL
        WHEN v.rate < 5 THEN 'excellent'
        WHEN v.rate <= 10 THEN 'moderate'
        ELSE 'crisis'
    END AS band,
    v.is_provisional, k.is_preferred, k.is_latest,
    n.definition_id,
    '{method_version}' AS method_version,
    t.vintages,
    CASE
        WHEN g.mean * v.denominator < f.lower_998 THEN 'high_001'
        WHEN g.mean * v.denominator < f.lower_95 THEN 'high_025'
        WHEN g.mean * v.denominator > f.upper_998 THEN 'low_001'
        WHEN g.mean * v.denominator > f.upper_95 THEN 'low_025'
        WHEN g.mean IS NOT NULL THEN 'not_significant'
    END AS funnel,
    CASE
        WHEN o.rate IS NULL OR ci_lower_95 IS NULL THEN 'not_compared'
        WHEN ci_lower_998 > o.rate THEN 'worse_998'
        WHEN ci_lower_95 > o.rate THEN 'worse_95'
        WHEN ci_upper_998 < o.rate THEN 'better_998'
        WHEN ci_upper_95 < o.rate THEN 'better_95'
        ELSE 'similar'
    END AS compared_with_nation,
    w.bound_lower,
    w.bound_upper,
    w.share_unknown,
    q.cause_rank
FROM spread AS v
JOIN rate_series AS s USING (series_id)
JOIN rate_marks AS k
    ON k.series_id = v.series_id AND k.window_type = v.window_type
    AND k.last_month = v.last_month AND k.months = v.months
JOIN method_notes AS n USING (source_family, country, measure)
LEFT JOIN rate_limits AS l
    ON l.limit_kind = v.limit_kind AND l.limit_count = v.limit_count
LEFT JOIN rate_limits AS f ON f.limit_kind = 'ohid' AND f.limit_count = v.numerator
LEFT JOIN rate_averages AS g
    ON v.numerator IS NOT NULL
    AND g.group_id = v.group_id AND g.window_type = v.window_type
    AND g.last_month = v.last_month AND g.months = v.months
LEFT JOIN rate_alike AS p ON p.series_id = v.series_id
LEFT JOIN rate_vintages AS t
    ON v.value_status IN ('ok', 'unreliable')
    AND t.alike = p.alike AND t.window_type = v.window_type
    AND t.last_month = v.last_month AND t.months = v.months
    AND t.is_printed = (v.window_type = 'pooled' AND v.mean_of_rates IS NULL)
LEFT JOIN rate_bounds AS w
    ON w.series_id = v.series_id AND w.window_type = v.window_type
    AND w.last_month = v.last_month AND w.months = v.months
LEFT JOIN rate_cause_ranks AS q
    ON q.series_id = v.series_id AND q.window_type = v.window_type
    AND q.last_month = v.last_month AND q.months = v.months
LEFT JOIN rate_nations AS x ON x.series_id = v.series_id
LEFT JOIN nation_rates AS o
    ON o.nation_id = x.nation_id AND o.window_type = v.window_type
    AND o.last_month = v.last_month AND o.months = v.months
