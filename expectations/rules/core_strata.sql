-- rule: CORE-STRATA
-- tables: core.observations
-- check: plausibility
-- severity: warning
-- category: conservation
-- message: The groups of a characteristic together are not more than what they are groups of - the
--   total, or the other group of rows that carry two - in the same area and period.
-- remedy: Compare with the extracts; groups of two schemes may have been read as one, or an export
--   that crosses two characteristics may be of another edition than that of one of them.
-- keys: source_family, area_code, geography_vintage, period_type, period_start, period_end,
--   measure, stratum_type, characteristic, within
-- grain: series × area × characteristic, beside the total or each group of the other characteristic
-- inputs: none
-- Groups that overlap are never added: of ranges the narrower, of others those that are no part of
-- another. Lists of causes overlap, and all births stand beside each cause, so that they are left
-- out, and so are groups without a place in the vocabulary where it has one. What is printed to
-- units of more than one may be of a sample of one in so many, with a variance of the total × (unit
-- − 1): four standard errors more are no contradiction.
WITH known(characteristic, how, code, lower, upper, is_part) AS (
    {known_groups}
),

carried AS (
    SELECT
        source_family, area_code, geography_vintage, period_type, period_start, period_end, measure,
        stratum_type, stratum, value, rounded_to,
        string_split(stratum_type, '|') AS kinds,
        string_split(stratum, '|') AS codes
    FROM {relation}
    WHERE stratum_type <> 'all' AND status = 'ok'
),

split AS (
    SELECT
        * EXCLUDE (kinds, codes),
        unnest(kinds) AS characteristic,
        unnest(codes) AS code,
        CASE WHEN len(kinds) = 1 THEN ['all'] ELSE list_reverse(kinds) END AS others,
        CASE WHEN len(kinds) = 1 THEN ['all'] ELSE list_reverse(codes) END AS other_codes,
        generate_subscripts(kinds, 1) AS place
    FROM carried
),

grouped AS (
    SELECT
        s.* EXCLUDE (others, other_codes, place, stratum),
        s.others[s.place] AS within_type,
        s.other_codes[s.place] AS within,
        k.lower, k.upper, k.how
    FROM split AS s
    JOIN known AS k USING (characteristic, code)
    WHERE NOT k.is_part
),

apart AS (
    SELECT *
    FROM grouped AS g
    WHERE g.how = 'whole'
        OR g.lower IS NULL
        OR NOT EXISTS (
            SELECT 1
            FROM grouped AS o
            WHERE o.source_family = g.source_family
                AND o.area_code = g.area_code
                AND o.geography_vintage = g.geography_vintage
                AND o.period_type = g.period_type
                AND o.period_start = g.period_start
                AND o.period_end = g.period_end
                AND o.measure = g.measure
                AND o.stratum_type = g.stratum_type
                AND o.characteristic = g.characteristic
                AND o.within = g.within
                AND o.code <> g.code
                AND o.lower < g.upper
                AND g.lower < o.upper
                AND (o.upper - o.lower, o.lower) < (g.upper - g.lower, g.lower)
        )
),

summed AS (
    SELECT
        source_family, area_code, geography_vintage, period_type, period_start, period_end, measure,
        stratum_type, characteristic, within_type, within,
        count(*) AS strata,
        max(rounded_to) AS unit,
        sum(value) AS value
    FROM apart
    GROUP BY ALL
)

SELECT
    s.source_family, s.area_code, s.geography_vintage, s.period_type, s.period_start, s.period_end,
    s.measure, s.stratum_type, s.characteristic, s.within,
    format('{} groups add up to {:.10g}', s.strata, s.value) AS observed,
    format('at most {:.10g}', t.value) AS expected,
    s.value > t.value + s.strata + 4 * sqrt((s.unit - 1) * t.value) + 1e-6 AS offends
FROM summed AS s
JOIN {relation} AS t
    ON s.source_family = t.source_family
    AND s.area_code = t.area_code
    AND s.geography_vintage = t.geography_vintage
    AND s.period_type = t.period_type
    AND s.period_start = t.period_start
    AND s.period_end = t.period_end
    AND s.measure = t.measure
    AND s.within_type = t.stratum_type
    AND s.within = t.stratum
WHERE t.status = 'ok'
