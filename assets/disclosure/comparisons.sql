-- Grain: one row per measure × weeks × window × nation or state.
-- Inputs: published.rates, after disclosure control; core.areas; compared_rates, compared_windows,
-- compared_areas, compared_kinds, compared_needs, compared_facts (comparisons.yaml). Rows of one
-- comparison have measure, weeks, window and period in common. Of an area that goes by several
-- codes, and of several series, the preferred row with a figure is taken. A calendar year for which
-- one nation has a figure has a row of every nation, without a figure where there is none. Births
-- vary in the ratio and the difference where the series is of NCHS.
WITH offered AS (
    SELECT
        r.*,
        c.gestation_from,
        coalesce(a.name, r.area_name) AS name,
        a.place,
        coalesce(a.choice, 1) AS choice,
        r.value_status IN ('ok', 'unreliable') AS has_figure,
        starts_with(r.source_family, 'nchs_') AS births_vary
    FROM published.rates AS r
    JOIN compared_rates AS c USING (measure, stratum_type, stratum)
    JOIN compared_windows AS w USING (window_type)
    LEFT JOIN compared_areas AS a
        ON a.area_code = r.area_code AND a.geography_vintage = r.geography_vintage
    LEFT JOIN compared_kinds AS k
        ON k.area_type = r.area_type AND k.geography_vintage = r.geography_vintage
    WHERE r.is_preferred AND (a.name IS NOT NULL OR k.area_type IS NOT NULL)
),

chosen AS (
    SELECT *
    FROM offered
    QUALIFY row_number() OVER (
        PARTITION BY measure, gestation_from, name, window_type, period_start, period_end
        ORDER BY has_figure DESC, choice
    ) = 1
),

-- Only what a nation has a figure of is compared.
compared AS (
    SELECT DISTINCT measure, gestation_from, window_type, period_start, period_end, period, rate_per
    FROM chosen
    WHERE place IS NOT NULL AND has_figure
),

nations AS (
    SELECT n.name, n.place, n.area_code, n.geography_vintage, g.country, g.area_type
    FROM compared_areas AS n
    JOIN core.areas AS g USING (area_code, geography_vintage)
    QUALIFY row_number() OVER (PARTITION BY n.name ORDER BY n.choice) = 1
),

filled AS (
    SELECT
        r.measure, r.gestation_from, r.window_type, r.period_start, r.period_end, r.period,
        r.rate_per, r.country, r.area_code, r.name, r.place, r.area_type, r.geography_vintage,
        CASE WHEN r.has_figure THEN r.source_family END AS source_family,
        r.numerator, r.denominator, r.rate, r.rate_text, r.ci_lower_95, r.ci_upper_95,
        r.bound_lower, r.bound_upper, r.share_unknown,
        r.value_status,
        coalesce(
            CASE WHEN r.value_status = 'missing' THEN
                coalesce(r.status_reason || '. ', '') || 'Needed: ' || d.needed
            END,
            r.status_reason
        ) AS status_reason,
        CASE WHEN r.has_figure THEN r.definition_id END AS definition_id,
        r.has_figure, r.births_vary
    FROM chosen AS r
    JOIN compared AS c USING (
        measure, gestation_from, window_type, period_start, period_end
    )
    LEFT JOIN compared_needs AS d
        ON d.name = r.name AND d.measure = r.measure AND d.gestation_from = r.gestation_from
    UNION ALL BY NAME
    SELECT
        c.*,
        n.country, n.area_code, n.name, n.place, n.area_type, n.geography_vintage,
        'missing' AS value_status,
        'Needed: ' || d.needed AS status_reason,
        FALSE AS has_figure,
        FALSE AS births_vary
    FROM compared AS c
    CROSS JOIN nations AS n
    ANTI JOIN chosen AS r
        ON r.name = n.name AND r.measure = c.measure AND r.gestation_from = c.gestation_from
        AND r.window_type = c.window_type AND r.period_start = c.period_start
        AND r.period_end = c.period_end
    LEFT JOIN compared_needs AS d
        ON d.name = n.name AND d.measure = c.measure AND d.gestation_from = c.gestation_from
    WHERE c.window_type = 'annual'
),

paired AS (
    SELECT
        f.*,
        o.area_code AS reference_area_code, o.name AS reference_name, o.rate AS reference_rate,
        o.source_family AS reference_family,
        f.numerator AS d1, f.denominator AS b1, o.numerator AS d0, o.denominator AS b0,
        o.births_vary AS reference_births_vary
    FROM filled AS f
    LEFT JOIN (
        SELECT *
        FROM filled
        WHERE has_figure AND place IS NOT NULL
        QUALIFY row_number() OVER (
            PARTITION BY measure, gestation_from, window_type, period_start, period_end
            ORDER BY place
        ) = 1
    ) AS o
        ON f.has_figure
        AND o.measure = f.measure AND o.gestation_from = f.gestation_from
        AND o.window_type = f.window_type AND o.period_start = f.period_start
        AND o.period_end = f.period_end
),

-- What is said of a series in an area; what is said of one area goes before what holds for all.
facts AS (
    SELECT k.measure, k.gestation_from, k.source_family, k.area_code, c.position, c.topic, c.said
    FROM (
        SELECT DISTINCT measure, gestation_from, source_family, area_code
        FROM paired
        WHERE has_figure
    ) AS k
    JOIN compared_facts AS c
        ON c.measure = k.measure AND c.gestation_from = k.gestation_from
        AND coalesce(c.source_family, k.source_family) = k.source_family
        AND coalesce(c.area_code, k.area_code) = k.area_code
    QUALIFY row_number() OVER (
        PARTITION BY k.measure, k.gestation_from, k.source_family, k.area_code, c.position
        ORDER BY c.area_code IS NULL, c.source_family IS NULL
    ) = 1
),

differences AS (
    SELECT
        p.measure, p.gestation_from, p.source_family, p.area_code, p.reference_family,
        p.reference_area_code,
        string_agg(
            format('{}: {}; {}: {}', mine.topic, mine.said, p.reference_name, theirs.said), '. '
            ORDER BY mine.position
        ) AS said
    FROM (
        SELECT DISTINCT
            measure, gestation_from, source_family, area_code, reference_family,
            reference_area_code, reference_name
        FROM paired
        WHERE has_figure
    ) AS p
    JOIN facts AS mine USING (measure, gestation_from, source_family, area_code)
    JOIN facts AS theirs
        ON theirs.measure = p.measure AND theirs.gestation_from = p.gestation_from
        AND theirs.source_family = p.reference_family
        AND theirs.area_code = p.reference_area_code AND theirs.position = mine.position
    WHERE mine.said <> theirs.said
    GROUP BY ALL
)

SELECT
    format(
        '{}, {}, {} {}',
        p.measure,
        if(p.gestation_from = 'any', 'any week', 'from ' || replace(p.gestation_from, '_', ' ')),
        replace(p.window_type, '_', ' '), p.period
    ) AS comparison_id,
    p.country, p.area_code, p.name AS area_name, p.area_type, p.geography_vintage,
    p.measure, p.gestation_from, p.window_type, p.period_start, p.period_end, p.period,
    p.source_family, p.numerator, p.denominator, p.rate, p.rate_per, p.rate_text,
    p.ci_lower_95, p.ci_upper_95, p.bound_lower, p.bound_upper, p.share_unknown,
    p.value_status, p.status_reason,
    p.reference_area_code, p.reference_rate,
    CASE WHEN NOT is_reference AND p.d0 > 0 THEN (p.d1 / p.b1) / (p.d0 / p.b0) END AS rate_ratio,
    rate_ratio * exp(-1.959963984540054 * ratio_error) AS rate_ratio_lower_95,
    rate_ratio * exp(1.959963984540054 * ratio_error) AS rate_ratio_upper_95,
    CASE WHEN NOT is_reference THEN p.rate - p.reference_rate END AS rate_difference,
    rate_difference - 1.959963984540054 * difference_error AS rate_difference_lower_95,
    rate_difference + 1.959963984540054 * difference_error AS rate_difference_upper_95,
    CASE
        WHEN NOT p.has_figure THEN NULL
        WHEN is_reference THEN 'nothing: the others are compared with this row'
        ELSE coalesce(d.said, 'nothing that is known')
    END AS still_differs,
    p.definition_id,
    '{method_version}' AS method_version
FROM (
    SELECT
        *,
        area_code IS NOT DISTINCT FROM reference_area_code AS is_reference,
        CASE WHEN least(d1, d0) >= 20 THEN sqrt(
            1 / d1 + 1 / d0 + if(births_vary, 1 / b1, 0) + if(reference_births_vary, 1 / b0, 0)
        ) END AS ratio_error,
        CASE WHEN least(d1, d0) >= 20 THEN sqrt(
            rate * rate * (1 / d1 + if(births_vary, 1 / b1, 0))
            + reference_rate * reference_rate * (1 / d0 + if(reference_births_vary, 1 / b0, 0))
        ) END AS difference_error
    FROM paired
) AS p
LEFT JOIN differences AS d
    ON d.measure = p.measure AND d.gestation_from = p.gestation_from
    AND d.source_family = p.source_family AND d.area_code = p.area_code
    AND d.reference_family = p.reference_family
    AND d.reference_area_code = p.reference_area_code
