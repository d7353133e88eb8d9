-- Grain: one row per series of rates from a week of gestation on × period (rate_unknown): its
-- deaths and births of unknown weeks, its deaths that are linked to no birth, and its deaths of any
-- known week; and one per such series × year in which the recording of weeks changed
-- (rate_week_breaks).
-- Inputs: core.observations, rate_series, method_parts. An absent group of unknown weeks is empty
-- where the known weeks and the unlinked deaths make up the total; otherwise nothing is known of
-- it. Known weeks without a sum are the rest of the total. A producer without unlinked deaths has
-- none.
CREATE OR REPLACE TEMP TABLE rate_unknown AS
WITH cells AS (
    SELECT
        * EXCLUDE (stratum),
        string_split(stratum_type, '|') AS kinds,
        string_split(stratum, '|') AS strata,
        list_position(kinds, 'gestation_from') AS place,
        strata[place] AS weeks,
        array_to_string(strata[1:place - 1] || strata[place + 1:], '|') AS beside,
        array_to_string(kinds[1:place - 1] || kinds[place + 1:], '|') AS kind_beside,
        CASE status
            WHEN 'ok' THEN CAST(round(value * 1000000) AS BIGINT)
            WHEN 'not_applicable' THEN 0
        END AS micro
    FROM core.observations
    WHERE list_contains(string_split(stratum_type, '|'), 'gestation_from')
),

counted AS (
    SELECT
        source_family, country, area_code, geography_vintage, period_type, period_start, period_end,
        measure, stratum_type, beside,
        if(beside = '', 'all', kind_beside) AS total_type,
        if(beside = '', 'all', beside) AS total_stratum,
        max(micro) FILTER (weeks = 'known_weeks') AS known,
        max(micro) FILTER (weeks = 'unknown_weeks') AS unknown,
        max(micro) FILTER (weeks = 'unlinked') AS unlinked,
        coalesce(bool_or(status = 'suppressed') FILTER (weeks = 'unknown_weeks'), FALSE)
            AS unknown_withheld,
        coalesce(bool_or(status = 'suppressed') FILTER (weeks = 'unlinked'), FALSE)
            AS unlinked_withheld
    FROM cells
    GROUP BY ALL
),

completed AS (
    SELECT
        c.* EXCLUDE (known, unknown, unlinked),
        coalesce(
            c.known,
            CAST(round(t.value * 1000000) AS BIGINT) - c.unknown
                - CASE WHEN NOT c.unlinked_withheld THEN coalesce(c.unlinked, 0) END
        ) AS known,
        CASE WHEN NOT c.unlinked_withheld THEN coalesce(c.unlinked, 0) END AS unlinked,
        CASE
            WHEN c.unknown IS NOT NULL THEN c.unknown
            WHEN c.unknown_withheld OR c.unlinked_withheld THEN NULL
            WHEN abs(t.value * 1000000 - c.known - coalesce(c.unlinked, 0)) < 500000 THEN 0
        END AS unknown
    FROM counted AS c
    LEFT JOIN core.observations AS t
        ON t.source_family = c.source_family AND t.area_code = c.area_code
        AND t.geography_vintage = c.geography_vintage AND t.period_type = c.period_type
        AND t.period_start = c.period_start AND t.period_end = c.period_end
        AND t.measure = c.measure
        AND t.stratum_type = c.total_type AND t.stratum = c.total_stratum AND t.status = 'ok'
),

series AS (
    SELECT
        *,
        string_split(stratum_type, '|') AS kinds,
        string_split(stratum, '|') AS strata,
        list_position(kinds, 'gestation_from') AS place,
        array_to_string(strata[1:place - 1] || strata[place + 1:], '|') AS beside
    FROM rate_series
    WHERE list_contains(string_split(stratum_type, '|'), 'gestation_from')
)

SELECT
    r.series_id, c.period_type, c.period_start, c.period_end,
    r.strata[r.place] <> 'known_weeks' AS is_bounded,
    max(c.unknown) FILTER (p.part = 'numerator') AS unknown_deaths,
    max(c.unlinked) FILTER (p.part = 'numerator') AS unlinked_deaths,
    max(c.known) FILTER (p.part = 'numerator') AS known_deaths,
    CASE
        WHEN count(c.unknown) FILTER (p.part = 'denominator')
            = (SELECT count(*) FROM method_parts AS m
                WHERE m.measure = r.measure AND m.part = 'denominator')
            THEN CAST(sum(c.unknown) FILTER (p.part = 'denominator') AS BIGINT)
    END AS unknown_births
FROM series AS r
JOIN method_parts AS p USING (measure)
JOIN completed AS c
    ON c.source_family = r.source_family AND c.country = r.country AND c.area_code = r.area_code
    AND c.geography_vintage = r.geography_vintage AND c.stratum_type = r.stratum_type
    AND c.beside = r.beside AND c.measure = p.count_measure
GROUP BY r.series_id, r.measure, is_bounded, c.period_type, c.period_start, c.period_end;

-- Deaths of unknown weeks that are more than three times as many as in the year before, or less
-- than a third, are another way of recording; fewer than 20 in both years are chance.
CREATE OR REPLACE TEMP TABLE rate_week_breaks AS
WITH years AS (
    SELECT
        series_id, year(period_end) AS year, unknown_deaths / 1e6 AS deaths,
        lag(year) OVER w AS year_before, lag(deaths) OVER w AS deaths_before
    FROM rate_unknown
    WHERE period_type = 'year' AND unknown_deaths IS NOT NULL
    WINDOW w AS (PARTITION BY series_id ORDER BY period_end)
)

SELECT
    series_id, year AS first_year,
    format(
        'gestation_coding: deaths of unknown weeks went from {:.10g} to {:.10g}',
        deaths_before, deaths
    ) AS reason
FROM years
WHERE year_before = year - 1
    AND greatest(deaths, deaths_before) >= 20
    AND greatest(deaths, deaths_before) > 3 * least(deaths, deaths_before);

-- Rates by groups of weeks, and those crossed with another characteristic, stand on the same
-- recording.
INSERT INTO rate_week_breaks
WITH by_weeks AS (
    SELECT
        *,
        list_transform(
            string_split(stratum_type, '|'),
            LAMBDA each: if(each = 'gestation', 'gestation_from', each)
        ) AS kinds,
        string_split(stratum, '|') AS strata,
        list_position(kinds, 'gestation_from') AS place,
        array_to_string(strata[1:place - 1] || strata[place + 1:], '|') AS beside
    FROM rate_series
    WHERE list_has_any(string_split(stratum_type, '|'), ['gestation', 'gestation_from'])
)

SELECT DISTINCT g.series_id, b.first_year, b.reason
FROM rate_week_breaks AS b
JOIN by_weeks AS f USING (series_id)
JOIN by_weeks AS g
    ON g.source_family = f.source_family AND g.area_code = f.area_code
    AND g.geography_vintage = f.geography_vintage AND g.measure = f.measure
    AND (f.beside = '' OR (g.kinds = f.kinds AND g.beside = f.beside))
ANTI JOIN rate_week_breaks AS known
    ON known.series_id = g.series_id AND known.first_year = b.first_year;
