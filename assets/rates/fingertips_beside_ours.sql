-- Grain: rate printed by Fingertips, with ours.
-- Inputs: core.printed_rates, core.region_members; relation (rates with their key and status);
-- counted_rates (the rates for which every count is there).
-- A code is one area in whichever boundary set it stands, so ours is looked for in all of them;
-- years of two sets are not added up. Ours of registrations come first, since Fingertips counts
-- those; where only ours of occurrences are here, the difference is one of definition. Known
-- reasons are found in the counts, never assumed:
--   COMBINED-AREA         printed is exactly ours of an area that joins this one with another, as
--                         Cornwall with Scilly.
--   BIRTHS-REVISED        the same deaths; births differ by one, or by one in a thousand. ONS
--                         revises births after the edition that is kept: by one in Plymouth and
--                         Surrey, 2014 to 2016.
--   DATE-OF-REGISTRATION  ours by occurrence; the rate is within a tenth of ours or inside our
--                         limits of 99.8 %. Over three years, England and Wales registered 3.9 %
--                         (2011 - 13) and 4.7 % (2012 - 14) more.
WITH printed AS (
    SELECT
        area_code, geography_vintage, period_start, period_end, measure, stratum_type, stratum,
        status, rate, rate_per, ci_lower_95, ci_upper_95, ci_lower_998, ci_upper_998, numerator,
        denominator,
        0.5 * pow(10, -decimals) + 1e-9 AS half,
        0.5 * pow(10, -ci_decimals) + 1e-9 AS ci_half,
        year(period_end) - year(period_start) + 1 AS years,
        CASE years WHEN 1 THEN 'annual' WHEN 3 THEN 'rolling_3_year' END AS window_type
    FROM core.printed_rates
    WHERE dataset_id = 'fingertips_infant_mortality'
),

counted AS (
    SELECT
        p.area_code, p.period_start, p.period_end, p.measure, p.stratum_type, p.stratum, p.years,
        c.source_family AS series,
        c.geography_vintage AS boundaries,
        p.geography_vintage = c.geography_vintage AS is_same_set
    FROM printed AS p
    JOIN ({counted_rates}) AS c
        ON p.area_code = c.area_code
        AND p.measure = c.measure
        AND p.stratum_type = c.stratum_type
        AND p.stratum = c.stratum
        AND c.period_type = 'year'
        AND c.period_start >= p.period_start
        AND c.period_end <= p.period_end
    WHERE c.source_family IN ('ons_registration', 'ons_occurrence')
    GROUP BY ALL
    HAVING count(*) = p.years AND sum(c.denominator) > 0
),

held AS (
    SELECT *
    FROM counted
    QUALIFY row_number() OVER (
        PARTITION BY area_code, period_start, period_end, measure, stratum_type, stratum
        ORDER BY series = 'ons_registration' DESC, is_same_set DESC, boundaries DESC
    ) = 1
),

ours AS (
    SELECT
        source_family, area_code, area_name, geography_vintage, window_type, period_start,
        period_end, measure, stratum_type, stratum, value_status, rate, rate_per, ci_lower_95,
        ci_upper_95, ci_lower_998, ci_upper_998, numerator, denominator
    FROM {relation}
    WHERE source_family IN ('ons_registration', 'ons_occurrence')
        AND (window_type, period_start) IN (
            SELECT (p.window_type, p.period_start) FROM printed AS p
        )
),

joined_areas AS (
    SELECT DISTINCT region_code AS joined, member_code AS area_code FROM core.region_members
    UNION
    SELECT DISTINCT area_code, unnest(string_split(area_code, ', '))
    FROM ours
    WHERE area_code LIKE '%,%'
),

combined AS (
    SELECT
        p.area_code, p.period_start, p.period_end, p.measure, p.stratum_type, p.stratum,
        min(o.area_name) AS area_name
    FROM printed AS p
    JOIN joined_areas AS j ON p.area_code = j.area_code
    JOIN ours AS o
        ON j.joined = o.area_code
        AND o.source_family = 'ons_registration'
        AND p.window_type = o.window_type
        AND p.period_start = o.period_start
        AND p.period_end = o.period_end
        AND p.measure = o.measure
        AND p.stratum_type = o.stratum_type
        AND p.stratum = o.stratum
    WHERE abs(p.rate - o.rate * p.rate_per / o.rate_per) <= p.half
        AND coalesce(p.numerator = o.numerator, TRUE)
        AND coalesce(p.denominator = o.denominator, TRUE)
    GROUP BY ALL
),

paired AS (
    SELECT
        p.*,
        h.series,
        h.boundaries,
        c.area_name AS joined_name,
        o.value_status,
        o.numerator AS our_numerator,
        o.denominator AS our_denominator,
        o.rate * p.rate_per / o.rate_per AS our_rate,
        o.ci_lower_95 * p.rate_per / o.rate_per AS our_lower_95,
        o.ci_upper_95 * p.rate_per / o.rate_per AS our_upper_95,
        o.ci_lower_998 * p.rate_per / o.rate_per AS our_lower_998,
        o.ci_upper_998 * p.rate_per / o.rate_per AS our_upper_998,
        CASE
            WHEN p.status NOT IN ('ok', 'unreliable') THEN 'printed as ' || p.status
            WHEN p.window_type IS NULL THEN 'for periods without a rate of ours'
            WHEN c.area_name IS NOT NULL THEN NULL
            WHEN h.series IS NULL THEN 'without the counts of all years'
            WHEN o.value_status = 'series_break' THEN 'across a break of our series'
        END AS not_compared
    FROM printed AS p
    LEFT JOIN held AS h USING (area_code, period_start, period_end, measure, stratum_type, stratum)
    LEFT JOIN combined AS c
        USING (area_code, period_start, period_end, measure, stratum_type, stratum)
    LEFT JOIN ours AS o
        ON h.series = o.source_family
        AND h.boundaries = o.geography_vintage
        AND p.area_code = o.area_code
        AND p.window_type = o.window_type
        AND p.period_start = o.period_start
        AND p.period_end = o.period_end
        AND p.measure = o.measure
        AND p.stratum_type = o.stratum_type
        AND p.stratum = o.stratum
),

judged AS (
    SELECT
        *,
        coalesce(abs(rate - our_rate) <= half, FALSE)
        AND (ci_lower_95 IS NULL OR coalesce(abs(ci_lower_95 - our_lower_95) <= ci_half, FALSE))
        AND (ci_upper_95 IS NULL OR coalesce(abs(ci_upper_95 - our_upper_95) <= ci_half, FALSE))
        AND (ci_lower_998 IS NULL OR coalesce(abs(ci_lower_998 - our_lower_998) <= ci_half, FALSE))
        AND (ci_upper_998 IS NULL OR coalesce(abs(ci_upper_998 - our_upper_998) <= ci_half, FALSE))
        AND (numerator IS NULL OR coalesce(numerator = our_numerator, FALSE))
        AND (denominator IS NULL OR coalesce(denominator = our_denominator, FALSE)) AS is_same,
        coalesce(
            abs(denominator - our_denominator) <= greatest(1, our_denominator / 1000), FALSE
        ) AS births_alike,
        coalesce(
            abs(rate - our_rate) <= our_rate / 10
            OR rate BETWEEN our_lower_998 AND our_upper_998, FALSE
        ) AS rates_alike
    FROM paired
)

SELECT
    * EXCLUDE (is_same, births_alike, rates_alike),
    not_compared IS NULL AND NOT is_same AS differs,
    CASE
        WHEN joined_name IS NOT NULL THEN 'COMBINED-AREA'
        WHEN series = 'ons_registration'
            AND numerator = our_numerator
            AND births_alike
            AND denominator <> our_denominator
            THEN 'BIRTHS-REVISED'
        WHEN series = 'ons_occurrence' AND (births_alike OR denominator IS NULL) AND rates_alike
            THEN 'DATE-OF-REGISTRATION'
    END AS explained_by,
    CASE explained_by
        WHEN 'COMBINED-AREA' THEN 'Fingertips prints it for ' || joined_name || '.'
        WHEN 'BIRTHS-REVISED' THEN 'The deaths are the same; ONS revised the births.'
        WHEN 'DATE-OF-REGISTRATION'
            THEN 'Fingertips counts deaths by date of registration; ours of the period are by date '
                || 'of occurrence.'
    END AS reason
FROM judged
