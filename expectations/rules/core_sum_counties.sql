-- rule: CORE-SUM-COUNTIES
-- tables: core.observations
-- check: contract
-- severity: critical
-- category: conservation
-- message: Where the births of a state's identified and unidentified counties add up to those of
--   the state, so do its infant deaths.
-- remedy: Compare the counties with the extract of the state: a count is wrong, or stands beside
--   another county.
-- keys: source_family, area_code, period_type, period_start, period_end
-- grain: series × state whose counties, identified or not, have all its births
-- inputs: core.areas
-- Which counties are identified changes with their size, and those with few deaths are hidden, so
-- that only the births tell whether every county is there. Deaths are weighted and rounded county
-- by county: of the 51 states of 2007-2016 (CDC WONDER, linked records, by county and by state)
-- every one has all births, and 2 deaths more or less at most.
WITH counted AS (
    SELECT
        o.source_family, o.period_type, o.period_start, o.period_end, o.measure,
        a.parent_code AS area_code,
        count(*) AS counties,
        count(*) FILTER (WHERE o.status <> 'ok') AS unknown,
        sum(o.value) AS total
    FROM {relation} AS o
    JOIN core.areas AS a USING (area_code, geography_vintage)
    WHERE o.stratum_type = 'all'
        AND o.measure IN ('live_births', 'infant_deaths')
        AND a.area_type IN ('county', 'unidentified_counties')
        AND o.source_family <> 'state_extract'
    GROUP BY ALL
),

paired AS (
    SELECT
        b.source_family, b.period_type, b.period_start, b.period_end, b.area_code, b.counties,
        b.total AS births, d.total AS deaths
    FROM counted AS b
    JOIN counted AS d USING (source_family, period_type, period_start, period_end, area_code)
    WHERE b.measure = 'live_births'
        AND d.measure = 'infant_deaths'
        AND b.unknown = 0
        AND d.unknown = 0
)

SELECT
    p.source_family, p.area_code, p.period_type, p.period_start, p.period_end,
    format('{} counties add up to {:.10g}', p.counties, p.deaths) AS observed,
    format('{:.10g} (within {:.4g})', d.value, 5 + p.counties / 10) AS expected,
    abs(p.deaths - d.value) > 5 + p.counties / 10 AS offends
FROM paired AS p
JOIN {relation} AS b
    ON b.source_family = p.source_family
    AND b.area_code = p.area_code
    AND b.period_type = p.period_type
    AND b.period_start = p.period_start
    AND b.period_end = p.period_end
    AND b.stratum_type = 'all'
    AND b.measure = 'live_births' AND b.value = p.births
JOIN {relation} AS d
    ON d.source_family = p.source_family
    AND d.area_code = p.area_code
    AND d.period_type = p.period_type
    AND d.period_start = p.period_start
    AND d.period_end = p.period_end
    AND d.stratum_type = 'all'
    AND d.measure = 'infant_deaths' AND d.status = 'ok'
