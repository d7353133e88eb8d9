-- Grain: one row per figure that may be what is stated: a series, area set, stratum and window, as
-- released, as computed from released annual counts, as an earlier release had it, or as a producer
-- prints it.
-- Inputs: now_rates (of the release that is searched), earlier_rates (of those before it, with
-- release_order), printed (rates as producers print them, where they differ), asked_areas,
-- asked_strata, asked_measures (each with departs: 1 where it is not what is stated). Parameters:
-- first and last day of the stated period, or null; in how many parts a figure may depart from
-- what is stated.
-- Counts are read from released rows that show them. A window is computed only where every year of
-- it is shown, where the release has no row of that window, shown or withheld, and across no break
-- of the series.
CREATE OR REPLACE TEMP TABLE figures AS
WITH now AS (
    SELECT *, 0 AS release_order, TRUE AS is_now FROM now_rates
),

every_release AS (
    SELECT * FROM now
    UNION ALL BY NAME
    SELECT *, FALSE AS is_now FROM earlier_rates
),

asked AS (
    SELECT
        r.source_family, r.geography_vintage, r.measure, r.stratum_type, r.stratum, r.window_type,
        r.period_start, r.period_end, r.release, r.release_order, r.is_now,
        a.area_set, a.members,
        a.departs AS departs_area, m.departs AS departs_measure, s.departs AS departs_stratum,
        r.area_code, r.area_name, r.area_type, r.rate_per, r.is_provisional,
        coalesce(r.is_preferred, FALSE) AS is_preferred, r.value_status, r.rate, r.mean_of_rates,
        CAST(r.numerator AS DECIMAL(24, 4)) AS numerator,
        CAST(r.denominator AS DECIMAL(24, 4)) AS denominator
    FROM every_release AS r
    JOIN asked_areas AS a ON r.area_code = a.area_code
    JOIN asked_measures AS m ON r.measure = m.measure
    JOIN asked_strata AS s ON r.stratum_type = s.stratum_type AND r.stratum = s.stratum
    WHERE a.departs + m.departs + s.departs <= $most_departs
),

-- Areas that are named together are added up; one that is named alone stays as it is.
sets AS (
    SELECT
        source_family, geography_vintage, measure, stratum_type, stratum, window_type,
        period_start, period_end, release, release_order, is_now, area_set, members,
        departs_area, departs_measure, departs_stratum, rate_per,
        string_agg(area_code, '|' ORDER BY area_code) AS area_codes,
        string_agg(area_name, ' + ' ORDER BY area_code) AS area_name,
        any_value(area_type) AS area_type,
        bool_or(is_provisional) AS is_provisional, bool_and(is_preferred) AS is_preferred,
        any_value(value_status) AS value_status,
        sum(numerator) AS numerator, sum(denominator) AS denominator,
        any_value(CASE WHEN members = 1 THEN rate END) AS rate,
        any_value(CASE WHEN members = 1 THEN mean_of_rates END) AS mean_of_rates,
        count(rate) = any_value(members) AS is_shown
    FROM asked
    GROUP BY ALL
    HAVING count(*) = any_value(members)
),

annual AS (
    SELECT
        *,
        year(period_end) AS year,
        year(period_end) - row_number() OVER series AS island,
        sum(numerator) OVER series AS numerator_so_far,
        sum(denominator) OVER series AS denominator_so_far,
        sum(rate_per * numerator / denominator) OVER series AS rates_so_far
    FROM sets
    WHERE window_type = 'annual' AND is_shown AND is_now AND numerator IS NOT NULL
        AND denominator > 0
    WINDOW series AS (
        PARTITION BY source_family, geography_vintage, measure, stratum_type, stratum, area_set
        ORDER BY period_end
    )
),

runs AS (
    SELECT
        l.* EXCLUDE (
            window_type, period_start, numerator, denominator, rate, mean_of_rates,
            is_provisional, is_preferred, year, island, numerator_so_far, denominator_so_far,
            rates_so_far
        ),
        'consecutive_years' AS window_type,
        f.period_start,
        l.is_provisional OR f.is_provisional AS is_provisional,
        FALSE AS is_preferred,
        l.numerator_so_far - f.numerator_so_far + f.numerator AS numerator,
        l.denominator_so_far - f.denominator_so_far + f.denominator AS denominator,
        CAST(NULL AS DOUBLE) AS rate,
        (
            l.rates_so_far - f.rates_so_far + f.rate_per * f.numerator / f.denominator
        ) / (l.year - f.year + 1) AS mean_of_rates
    FROM annual AS l
    JOIN annual AS f
        ON f.source_family = l.source_family AND f.geography_vintage = l.geography_vintage
        AND f.measure = l.measure AND f.stratum_type = l.stratum_type AND f.stratum = l.stratum
        AND f.area_set = l.area_set AND f.island = l.island AND f.year < l.year
        AND (
            CAST($first AS DATE) IS NULL
            OR l.departs_area + l.departs_measure + l.departs_stratum < $most_departs
            OR (f.period_start = CAST($first AS DATE) AND l.period_end = CAST($last AS DATE))
        )
    -- A window that the release has, shown or withheld, is not computed beside it.
    ANTI JOIN sets AS held
        ON held.source_family = l.source_family AND held.geography_vintage = l.geography_vintage
        AND held.measure = l.measure AND held.stratum_type = l.stratum_type
        AND held.stratum = l.stratum AND held.area_set = l.area_set AND held.is_now
        AND held.period_start = f.period_start AND held.period_end = l.period_end
    ANTI JOIN (
        SELECT * FROM sets WHERE is_now AND value_status = 'series_break'
    ) AS broken
        ON broken.source_family = l.source_family
        AND broken.geography_vintage = l.geography_vintage
        AND broken.measure = l.measure AND broken.stratum_type = l.stratum_type
        AND broken.stratum = l.stratum AND broken.area_set = l.area_set
        AND broken.period_start >= f.period_start AND broken.period_end <= l.period_end
),

-- Of releases before this one, only what they state otherwise.
earlier AS (
    SELECT e.*
    FROM sets AS e
    ANTI JOIN sets AS n
        ON n.is_now AND n.source_family = e.source_family
        AND n.geography_vintage = e.geography_vintage AND n.measure = e.measure
        AND n.stratum_type = e.stratum_type AND n.stratum = e.stratum
        AND n.area_set = e.area_set AND n.window_type = e.window_type
        AND n.period_start = e.period_start AND n.period_end = e.period_end
        AND n.numerator IS NOT DISTINCT FROM e.numerator
        AND n.denominator IS NOT DISTINCT FROM e.denominator
    WHERE NOT e.is_now AND e.is_shown
    QUALIFY row_number() OVER (
        PARTITION BY e.source_family, e.geography_vintage, e.measure, e.stratum_type, e.stratum,
            e.area_set, e.window_type, e.period_start, e.period_end, e.numerator, e.denominator
        ORDER BY e.release_order
    ) = 1
),

as_printed AS (
    SELECT
        p.source_family, p.geography_vintage, p.measure, p.stratum_type, p.stratum, p.window_type,
        p.period_start, p.period_end, p.release, p.rate_per, p.rate, p.printed_by,
        p.area_code AS area_codes, p.area_name, p.area_type,
        a.area_set, a.members,
        a.departs AS departs_area, m.departs AS departs_measure, s.departs AS departs_stratum
    FROM printed AS p
    JOIN asked_areas AS a ON p.area_code = a.area_code AND a.members = 1
    JOIN asked_measures AS m ON p.measure = m.measure
    JOIN asked_strata AS s ON p.stratum_type = s.stratum_type AND p.stratum = s.stratum
    WHERE a.departs + m.departs + s.departs <= $most_departs
),

every_kind AS (
    SELECT *, 'released' AS basis, CAST(NULL AS VARCHAR) AS printed_by
    FROM sets
    WHERE is_now AND is_shown
    UNION ALL BY NAME
    SELECT *, 'computed' AS basis FROM runs
    UNION ALL BY NAME
    SELECT *, 'earlier' AS basis FROM earlier
    UNION ALL BY NAME
    SELECT *, 'printed' AS basis FROM as_printed
)

SELECT
    *,
    year(period_end) - year(period_start) + 1 AS years,
    CASE
        WHEN CAST($first AS DATE) IS NULL
            OR period_start = CAST($first AS DATE) AND period_end = CAST($last AS DATE)
            THEN 0
        ELSE 1
    END AS departs_period,
    CASE
        WHEN CAST($first AS DATE) IS NULL THEN (DATE '2100-01-01' - period_end) / 36525.0
        ELSE (
            abs(period_start - CAST($first AS DATE)) + abs(period_end - CAST($last AS DATE))
        ) / 365.25
    END AS years_off
FROM every_kind
