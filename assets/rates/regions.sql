-- Grain: adds the custom regions to rate_series and rate_atoms: one row per region × series × period.
-- Inputs: core.region_members, core.areas, rate_series, rate_atoms.
-- A region is the sum over all its members or it is nothing: one withheld member withholds it, one
-- absent member leaves it missing. A series that identifies none of the members (no county of the
-- Bootheel is in WONDER) gives missing rows that say so, for every period of its other areas.
CREATE OR REPLACE TEMP TABLE region_sizes AS
SELECT region_code, geography_vintage, count(*) AS members
FROM core.region_members
GROUP BY ALL;

CREATE OR REPLACE TEMP TABLE region_parts AS
SELECT
    m.region_code, s.geography_vintage, s.source_family, s.measure, s.stratum_type, s.stratum,
    m.member_code, s.area_name AS member_name, a.period_type, a.period_start, a.period_end,
    a.numerator, a.denominator, a.withheld, a.provisional
FROM core.region_members AS m
JOIN rate_series AS s
    ON s.area_code = m.member_code AND s.geography_vintage = m.geography_vintage
JOIN rate_atoms AS a USING (series_id);

CREATE OR REPLACE TEMP TABLE region_atoms AS
WITH summed AS (
    SELECT
        region_code, geography_vintage, source_family, measure, stratum_type, stratum,
        period_type, period_start, period_end,
        count(numerator) AS complete,
        CAST(sum(numerator) AS BIGINT) AS numerator,
        CAST(sum(denominator) AS BIGINT) AS denominator,
        max(withheld) AS withheld,
        max(provisional) AS provisional
    FROM region_parts
    GROUP BY ALL
),
absent AS (
    SELECT
        s.region_code, s.geography_vintage, s.source_family, s.measure, s.stratum_type, s.stratum,
        s.period_type, s.period_start, s.period_end,
        string_agg(a.area_name, ', ' ORDER BY m.member_code) AS names
    FROM summed AS s
    JOIN region_sizes AS z USING (region_code, geography_vintage)
    JOIN core.region_members AS m USING (region_code, geography_vintage)
    JOIN core.areas AS a
        ON a.area_code = m.member_code AND a.geography_vintage = m.geography_vintage
    LEFT JOIN region_parts AS p
        ON p.region_code = s.region_code AND p.geography_vintage = s.geography_vintage
        AND p.source_family = s.source_family AND p.measure = s.measure
        AND p.stratum_type = s.stratum_type AND p.stratum = s.stratum
        AND p.period_type = s.period_type AND p.period_start = s.period_start
        AND p.period_end = s.period_end AND p.member_code = m.member_code
    WHERE s.complete < z.members AND p.numerator IS NULL
    GROUP BY ALL
)
SELECT
    s.region_code, s.geography_vintage, s.source_family, s.measure, s.stratum_type, s.stratum,
    s.period_type, s.period_start, s.period_end,
    CASE WHEN s.complete = z.members THEN s.numerator END AS numerator,
    CASE WHEN s.complete = z.members THEN s.denominator END AS denominator,
    s.withheld, s.provisional,
    CASE
        WHEN s.withheld THEN 'the producer withholds a count of ' || a.names
        WHEN s.complete < z.members THEN 'no figure for ' || a.names
    END AS reason
FROM summed AS s
JOIN region_sizes AS z USING (region_code, geography_vintage)
LEFT JOIN absent AS a USING (
    region_code, geography_vintage, source_family, measure, stratum_type, stratum,
    period_type, period_start, period_end
);

-- An extract of a state holds what it holds; only national series are asked for every region.
INSERT INTO region_atoms
WITH periods AS (
    SELECT DISTINCT
        s.country, s.source_family, s.measure, a.period_type, a.period_start, a.period_end
    FROM rate_series AS s
    JOIN rate_atoms AS a USING (series_id)
    WHERE s.area_type NOT IN ('country', 'country_group', 'outside_area')
        AND s.stratum_type = 'all' AND s.source_family <> 'state_extract'
)
SELECT
    z.region_code, z.geography_vintage, p.source_family, p.measure, 'all', 'all',
    p.period_type, p.period_start, p.period_end,
    NULL, NULL, NULL, NULL,
    'the series identifies no member of the region'
FROM region_sizes AS z
JOIN core.areas AS g
    ON g.area_code = z.region_code AND g.geography_vintage = z.geography_vintage
JOIN periods AS p ON p.country = g.country
WHERE NOT EXISTS (
    SELECT 1 FROM region_parts AS r
    WHERE r.region_code = z.region_code AND r.source_family = p.source_family
);

INSERT INTO rate_series BY NAME
WITH found AS (
    SELECT DISTINCT
        region_code AS area_code, geography_vintage, source_family, measure, stratum_type, stratum
    FROM region_atoms
)
SELECT
    (SELECT coalesce(max(series_id), 0) FROM rate_series) + row_number() OVER () AS series_id,
    f.*, g.country, g.area_type, g.area_name
FROM found AS f
JOIN core.areas AS g USING (area_code, geography_vintage);

INSERT INTO rate_atoms BY NAME
SELECT
    s.series_id, a.period_type, a.period_start, a.period_end,
    a.numerator, a.denominator, a.withheld, a.provisional, a.reason
FROM region_atoms AS a
JOIN rate_series AS s
    ON s.area_code = a.region_code AND s.geography_vintage = a.geography_vintage
    AND s.source_family = a.source_family AND s.measure = a.measure
    AND s.stratum_type = a.stratum_type AND s.stratum = a.stratum;
