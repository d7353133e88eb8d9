-- Grain: one row per measure × place × kind of figure: the newest annual figure, the newest one of
-- several years, and the newest one of 12 months where it ends after the newest calendar year.
-- Inputs: published.rates, published.rankings, after disclosure control; core.series_breaks;
-- method_policies, method_parts, series_titles; the macros of assets/rates/change.sql.
-- Only preferred rows. Of windows of several years that end together the first is three years, then
-- five, two, and pools. A figure is compared with the one before it in its own series, of which no
-- month is shared; where a year is missing that is an older one, and previous_period says so.
WITH shown AS (
    SELECT r.*, CASE p.interval WHEN 'nchs' THEN 1 WHEN 'wilson' THEN -1 ELSE 0 END AS births_vary
    FROM published.rates AS r
    LEFT JOIN method_policies AS p
        ON p.source_family = r.source_family AND p.country = r.country AND p.measure = r.measure
        AND r.period_end BETWEEN CAST(p.effective_from AS DATE) AND CAST(p.effective_to AS DATE)
    WHERE r.stratum_type = 'all' AND r.value_status IN ('ok', 'unreliable')
),

latest AS (
    SELECT
        *,
        CASE window_type
            WHEN 'annual' THEN 'annual'
            WHEN 'rolling_12_month' THEN 'twelve_months'
            ELSE 'several_years'
        END AS kind
    FROM shown
    WHERE is_latest
    QUALIFY row_number() OVER (
        PARTITION BY measure, place_code, kind
        ORDER BY
            period_end DESC,
            CASE window_type
                WHEN 'rolling_3_year' THEN 1
                WHEN 'rolling_5_year' THEN 2
                WHEN 'rolling_2_year' THEN 3
                ELSE 4
            END,
            period_start DESC
    ) = 1
),

chosen AS (
    SELECT *
    FROM latest
    QUALIFY kind <> 'twelve_months' OR period_end > coalesce(
        max(CASE WHEN kind = 'annual' THEN period_end END) OVER (PARTITION BY measure, place_code),
        DATE '0001-01-01'
    )
),

paired AS (
    SELECT
        n.measure, n.place_code, n.kind,
        o.period, o.rate_text, o.decimals, o.rate AS rate0, o.numerator AS d0, o.denominator AS b0,
        o.births_vary AS vary0, o.ci_lower_95 AS lower0, o.ci_upper_95 AS upper0,
        n.rate AS rate1, n.numerator AS d1, n.denominator AS b1, n.births_vary AS vary1,
        n.ci_lower_95 AS lower1, n.ci_upper_95 AS upper1,
        b.first_year IS NOT NULL AS is_broken
    FROM chosen AS n
    JOIN shown AS o
        ON o.source_family = n.source_family AND o.measure = n.measure
        AND o.place_code = n.place_code AND o.window_type = n.window_type
        AND o.period_end < n.period_start
    LEFT JOIN (
        SELECT DISTINCT source_family, measure, area_code, first_year FROM core.series_breaks
    ) AS b
        ON b.source_family = n.source_family AND b.measure = n.measure
        AND b.area_code IN ('*', n.area_code)
        AND b.first_year > year(o.period_start) AND b.first_year <= year(n.period_end)
    WHERE n.window_type <> 'pooled'
    QUALIFY row_number() OVER (
        PARTITION BY n.measure, n.place_code, n.kind
        ORDER BY
            o.period_end DESC, o.geography_vintage = n.geography_vintage DESC,
            o.geography_vintage DESC, o.area_code
    ) = 1
),

tested AS (
    SELECT
        *,
        change_test(d0, d1) AS test,
        CASE WHEN test = 'z' THEN change_z(rate0, d0, b0, vary0, rate1, d1, b1, vary1) END AS z,
        CASE
            WHEN is_broken THEN 'series_break'
            ELSE change_verdict(test, z, lower0, upper0, lower1, upper1)
        END AS verdict
    FROM paired
),

units AS (
    SELECT
        measure,
        string_agg(replace(count_measure, '_', ' '), ' and ' ORDER BY count_measure) AS counted
    FROM method_parts
    WHERE part = 'denominator'
    GROUP BY measure
)

SELECT
    c.area_name,
    upper(c.measure[1]) || replace(c.measure[2:], '_', ' ') AS measure_name,
    c.period,
    CAST(replace(split_part(c.rate_text, ' ', 1), ',', '') AS DOUBLE) AS rate,
    format('per {:,} ', c.rate_per) || u.counted AS unit,
    c.rate_text,
    round(c.ci_lower_95, CAST(c.decimals AS INTEGER)) AS ci_lower_95,
    round(c.ci_upper_95, CAST(c.decimals AS INTEGER)) AS ci_upper_95,
    c.numerator,
    c.denominator,
    CASE c.value_status
        WHEN 'ok' THEN 'Reliable'
        ELSE 'Low reliability'
            || coalesce(': ' || split_part(c.status_reason, ':', 1), '')
    END || CASE WHEN c.is_provisional THEN '; provisional' ELSE '' END AS reliability,
    CASE WHEN NOT t.is_broken THEN t.period END AS previous_period,
    CASE
        WHEN NOT t.is_broken
            THEN CAST(replace(split_part(t.rate_text, ' ', 1), ',', '') AS DOUBLE)
    END AS previous_rate,
    CASE WHEN NOT t.is_broken THEN round(100 * (t.rate1 / nullif(t.rate0, 0) - 1), 1) + 0 END
        AS change_percent,
    coalesce(t.verdict, 'no_earlier_figure') AS change_verdict,
    CASE coalesce(t.verdict, 'no_earlier_figure')
        WHEN 'significant_rise'
            THEN format('Higher than in {} ({}), beyond chance', t.period,
                split_part(t.rate_text, ' ', 1))
        WHEN 'significant_fall'
            THEN format('Lower than in {} ({}), beyond chance', t.period,
                split_part(t.rate_text, ' ', 1))
        WHEN 'no_significant_change'
            THEN format('No change beyond chance since {} ({})', t.period,
                split_part(t.rate_text, ' ', 1))
        WHEN 'series_break'
            THEN format('Not compared with {}: the series breaks between them', t.period)
        ELSE 'No earlier figure to compare with'
    END AS change_in_words,
    c.compared_with_nation,
    CASE
        WHEN c.compared_with_nation = 'not_compared' THEN 'Not compared'
        ELSE
            CASE
                WHEN c.compared_with_nation LIKE 'worse%' THEN 'Higher than '
                WHEN c.compared_with_nation LIKE 'better%' THEN 'Lower than '
                ELSE 'Similar to '
            END
            || CASE
                WHEN c.country = 'US' THEN 'the United States'
                WHEN c.area_code LIKE 'E%' THEN 'England'
                WHEN c.area_code LIKE 'W%' THEN 'Wales'
                ELSE 'its nation'
            END
            || CASE
                WHEN c.compared_with_nation LIKE '%998' THEN ' (outside 99.8 % limits)'
                WHEN c.compared_with_nation LIKE '%95' THEN ' (outside 95 % limits)'
                ELSE ''
            END
    END AS comparison_in_words,
    k.rank,
    CASE WHEN k.rank IS NOT NULL THEN k.areas_ranked END AS areas_ranked,
    c.funnel,
    c.measure,
    c.kind,
    c.source_family,
    s.title AS series_name,
    c.country,
    c.area_code,
    c.place_code,
    c.area_type,
    c.geography_vintage,
    c.window_type,
    c.period_start,
    c.period_end,
    c.rate_per,
    c.decimals,
    c.value_status,
    c.is_provisional,
    c.definition_id,
    c.method_version
FROM chosen AS c
JOIN units AS u USING (measure)
JOIN series_titles AS s USING (source_family)
LEFT JOIN tested AS t
    ON t.measure = c.measure AND t.place_code = c.place_code AND t.kind = c.kind
LEFT JOIN published.rankings AS k
    ON k.source_family = c.source_family AND k.measure = c.measure
    AND k.area_code = c.area_code AND k.geography_vintage = c.geography_vintage
    AND k.window_type = c.window_type
    AND k.period_start = c.period_start AND k.period_end = c.period_end
    AND k.rank_on = 'rounded'
