-- Grain: one row per figure that is shown and stated otherwise: by another series, by a producer
-- that prints a rate, or by the sum of its own parts.
-- Inputs: published.rates, core.printed_rates, core.region_members, core.areas; the comparisons of
-- assets/rates/beside.py; method_parts, method_sums, series_titles, dataset_titles.
-- Ours is always a figure that published.rates shows; the other one is shown there too, or printed
-- by its producer. So nothing that is withheld is given away here.
WITH shown AS (
    SELECT * FROM published.rates WHERE value_status IN ('ok', 'unreliable')
),

series_pairs AS (
    SELECT p.*
    FROM ({series_beside_series}) AS p
    WHERE p.is_preferred AND p.differs
    QUALIFY row_number() OVER (
        PARTITION BY
            p.area_code, p.measure, p.stratum_type, p.stratum, p.period_start, p.period_end,
            p.other_family, p.other_vintage
        ORDER BY p.window_type, p.other_window
    ) = 1
    AND dense_rank() OVER (
        PARTITION BY
            p.area_code, p.measure, p.stratum_type, p.stratum, p.period_start, p.period_end
        ORDER BY p.window_type
    ) = 1
),

of_series AS (
    SELECT
        'two_series' AS kind,
        p.source_family, p.area_code, p.geography_vintage, p.measure, p.stratum_type, p.stratum,
        p.window_type, p.period_start, p.period_end,
        'rate' AS quantity,
        p.rate AS value,
        p.other_family AS other_source, p.other_vintage AS other_geography_vintage,
        p.other_rate AS other_value,
        p.other_numerator, p.other_denominator,
        CASE
            WHEN abs(p.numerator - p.other_numerator) > {allowance_of_deaths}
                OR abs(p.denominator - p.other_denominator) > {allowance_of_births}
                THEN 'unexplained'
            WHEN p.is_provisional OR p.other_is_provisional THEN 'revision'
            WHEN p.other_family = p.source_family THEN 'boundaries'
            WHEN p.definition_id <> p.other_definition_id THEN 'definition'
            ELSE 'chance'
        END AS explained_by,
        CASE explained_by
            WHEN 'revision' THEN 'One of the two is provisional; use the final one'
            WHEN 'boundaries' THEN 'One series on two boundary sets'
            WHEN 'definition'
                THEN 'Both are right by their own definition; do not mix them in one series'
            WHEN 'chance' THEN 'No further apart than chance and revision allow'
            ELSE 'Further apart than chance, revision and definition explain; ask both producers'
        END AS reading,
        CASE
            WHEN p.other_family = p.source_family THEN 'the newest boundary set'
            ELSE 'first in the order of the series'
        END AS preferred_because
    FROM series_pairs AS p
),

of_printed AS (
    SELECT
        'printed_rate' AS kind,
        p.source_family, p.area_code, p.geography_vintage, p.measure, p.stratum_type, p.stratum,
        p.window_type, p.period_start, p.period_end,
        'rate' AS quantity,
        p.ours AS value,
        p.dataset_id AS other_source, p.geography_vintage AS other_geography_vintage,
        p.printed AS other_value,
        NULL AS other_numerator, NULL AS other_denominator,
        CASE
            WHEN p.explained_by = 'ROUNDED-TWICE' OR p.printed = round(p.ours) THEN 'rounding'
            WHEN p.explained_by = 'PROVISIONAL-COUNTS' THEN 'revision'
            WHEN p.explained_by = 'OTHER-BIRTHS' THEN 'other_births'
            ELSE 'unexplained'
        END AS explained_by,
        coalesce(
            rtrim(p.reason, '.'),
            CASE
                WHEN p.printed = round(p.ours)
                    THEN 'Printed as a whole number in a column of '
                        || p.decimals || ' decimal places'
                ELSE 'The producer prints another rate than its own counts give'
            END
        ) AS reading,
        'the quotient of the counts, which are printed beside it' AS preferred_because
    FROM ({printed_beside_ours}) AS p
    WHERE p.differs AND p.ours IS NOT NULL
),

of_fingertips AS (
    SELECT
        'printed_rate' AS kind,
        p.series AS source_family, p.area_code, p.boundaries AS geography_vintage, p.measure,
        p.stratum_type, p.stratum, p.window_type, p.period_start, p.period_end,
        'rate' AS quantity,
        p.our_rate AS value,
        'fingertips_infant_mortality' AS other_source,
        p.geography_vintage AS other_geography_vintage,
        p.rate AS other_value,
        p.numerator AS other_numerator, p.denominator AS other_denominator,
        CASE p.explained_by
            WHEN 'COMBINED-AREA' THEN 'combined_area'
            WHEN 'BIRTHS-REVISED' THEN 'revision'
            WHEN 'DATE-OF-REGISTRATION' THEN 'definition'
            ELSE 'unexplained'
        END AS explained_by,
        coalesce(
            rtrim(p.reason, '.'), 'Fingertips prints other figures than the counts of the ONS give'
        ) AS reading,
        'the counts of the producer of the series' AS preferred_because
    FROM ({fingertips_beside_ours}) AS p
    WHERE p.differs AND p.our_rate IS NOT NULL
),

-- Of a rate over two counts, such as fetal and neonatal deaths, the numerator is neither of them.
counts AS (
    SELECT s.*, m.count_measure
    FROM shown AS s
    JOIN (
        SELECT measure, any_value(count_measure) AS count_measure FROM method_parts
        WHERE part = 'numerator' GROUP BY measure HAVING count(*) = 1
    ) AS m ON m.measure = s.measure
    WHERE s.window_type = 'annual'
),

of_ages AS (
    SELECT
        w.source_family, w.area_code, w.geography_vintage, w.measure, w.stratum_type, w.stratum,
        w.window_type, w.period_start, w.period_end,
        any_value(w.numerator) AS value,
        'sum of ' || string_agg(replace(p.count_measure, '_', ' '), ' and ' ORDER BY k.position)
            AS other_source,
        sum(p.numerator) AS other_value,
        count(*) AS parts
    FROM counts AS w
    JOIN method_sums AS k ON k.whole = w.count_measure
    JOIN counts AS p
        ON p.count_measure = k.part AND p.source_family = w.source_family
        AND p.area_code = w.area_code AND p.geography_vintage = w.geography_vintage
        AND p.stratum_type = w.stratum_type AND p.stratum = w.stratum
        AND p.period_start = w.period_start AND p.period_end = w.period_end
    GROUP BY
        w.source_family, w.area_code, w.geography_vintage, w.measure, w.stratum_type, w.stratum,
        w.window_type, w.period_start, w.period_end, k.way
    HAVING count(*) = any_value(k.parts) AND sum(p.numerator) <> any_value(w.numerator)
),

of_states AS (
    SELECT
        w.source_family, w.area_code, w.geography_vintage, w.measure, w.stratum_type, w.stratum,
        w.window_type, w.period_start, w.period_end,
        any_value(w.numerator) AS value,
        'sum of ' || count(*) || ' states, District of Columbia included' AS other_source,
        sum(p.numerator) AS other_value,
        count(*) AS parts
    FROM counts AS w
    JOIN core.areas AS a
        ON a.region_code = w.area_code AND a.geography_vintage = w.geography_vintage
        AND a.area_type = 'state'
    JOIN counts AS p
        ON p.area_code = a.area_code AND p.geography_vintage = a.geography_vintage
        AND p.source_family = w.source_family AND p.measure = w.measure
        AND p.stratum_type = w.stratum_type AND p.stratum = w.stratum
        AND p.period_start = w.period_start AND p.period_end = w.period_end
    GROUP BY
        w.source_family, w.area_code, w.geography_vintage, w.measure, w.stratum_type, w.stratum,
        w.window_type, w.period_start, w.period_end
    HAVING count(*) = (
        SELECT count(*) FROM core.areas AS e WHERE e.region_code = w.area_code
            AND e.geography_vintage = w.geography_vintage AND e.area_type = 'state'
    )
    AND sum(p.numerator) <> any_value(w.numerator)
),

of_totals AS (
    SELECT
        'total_and_parts' AS kind,
        t.* EXCLUDE (parts),
        'numerator' AS quantity,
        t.geography_vintage AS other_geography_vintage,
        NULL AS other_numerator, NULL AS other_denominator,
        CASE
            WHEN t.source_family = 'nchs_linked' AND abs(t.value - t.other_value) <= t.parts / 2
                THEN 'rounding'
            ELSE 'unexplained'
        END AS explained_by,
        CASE explained_by
            WHEN 'rounding'
                THEN 'Deaths of the linked file are weighted and rounded in each cell, so that '
                    || 'parts may add up to a few more or less'
            ELSE 'The producer prints a total that is not the sum of its parts; each is kept as '
                || 'printed'
        END AS reading,
        'the total as its producer prints it' AS preferred_because
    FROM (SELECT * FROM of_ages UNION ALL BY NAME SELECT * FROM of_states) AS t
),

found AS (
    SELECT * FROM of_series
    UNION ALL BY NAME
    SELECT * FROM of_printed
    UNION ALL BY NAME
    SELECT * FROM of_fingertips
    UNION ALL BY NAME
    SELECT * FROM of_totals
)

SELECT
    f.kind,
    r.area_name,
    upper(f.measure[1]) || replace(f.measure[2:], '_', ' ') AS measure_name,
    r.period,
    f.quantity,
    f.value,
    s.title AS value_source_name,
    f.other_value,
    coalesce(o.title, d.title, f.other_source) AS other_source_name,
    f.other_value - f.value AS difference,
    100 * (f.other_value / nullif(f.value, 0) - 1) AS difference_percent,
    f.explained_by,
    f.reading,
    f.preferred_because,
    r.numerator,
    r.denominator,
    f.other_numerator,
    f.other_denominator,
    f.source_family,
    r.country,
    f.area_code,
    r.area_type,
    f.geography_vintage,
    f.measure,
    f.stratum_type,
    f.stratum,
    f.window_type,
    f.period_start,
    f.period_end,
    f.other_source,
    f.other_geography_vintage,
    r.rate_per,
    r.is_preferred,
    r.value_status,
    r.method_version
FROM found AS f
JOIN shown AS r USING (
    source_family, area_code, geography_vintage, measure, stratum_type, stratum, window_type,
    period_start, period_end
)
JOIN series_titles AS s USING (source_family)
LEFT JOIN series_titles AS o ON o.source_family = f.other_source
LEFT JOIN dataset_titles AS d ON d.dataset_id = f.other_source
