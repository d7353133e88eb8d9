-- Grain: adds the custom regions to rate_series and rate_atoms: one row per region × series ×
-- period.
-- Inputs: core.region_members, core.areas, core.observations, rate_sources, rate_series,
-- rate_atoms, method_measures, method_parts.
-- A region is the sum over all its members or it is nothing: one withheld member withholds it, one
-- absent member leaves it missing. A series that identifies none of the members (no county of the
-- Bootheel is in WONDER), or none in a period (St. Louis before its first export by county), gives
-- missing rows that say so, for every period of its other areas.
-- Members are summed count by count: where the producer prints one count of several members
-- jointly, under a list of codes ('E09000001, E09000012', births of 2013), it stands in for theirs.
CREATE OR REPLACE TEMP TABLE region_places AS
SELECT
    region_code, geography_vintage, member_code, unnest(string_split(member_code, ', ')) AS place
FROM core.region_members;

-- Areas that lie wholly in the region.
CREATE OR REPLACE TEMP TABLE region_areas AS
WITH listed AS (
    SELECT DISTINCT area_code, geography_vintage, string_split(area_code, ', ') AS places
    FROM rate_sources
)

SELECT p.region_code, p.geography_vintage, l.area_code, l.places
FROM (SELECT *, unnest(places) AS place FROM listed) AS l
JOIN region_places AS p USING (geography_vintage, place)
GROUP BY ALL
HAVING count(*) = len(l.places);

CREATE OR REPLACE TEMP TABLE region_offers AS
SELECT DISTINCT
    a.region_code, a.geography_vintage, s.source_family, s.measure, s.stratum_type, s.stratum
FROM region_areas AS a
JOIN rate_series AS s USING (area_code, geography_vintage);

-- Counts that are added up: a joint one where not every one of its areas has its own, otherwise
-- theirs. What the producer withholds jointly is not rebuilt from parts.
CREATE OR REPLACE TEMP TABLE region_summands AS
WITH cells AS (
    SELECT
        a.region_code, a.geography_vintage, s.source_family, s.stratum_type, s.stratum,
        o.period_type, o.period_start, o.period_end, o.measure AS count_measure, a.places,
        CASE WHEN o.status = 'ok' THEN CAST(round(o.value * 1000000) AS BIGINT) END AS micro,
        o.status = 'suppressed' AS withheld,
        o.is_provisional,
        o.vintage_id
    FROM region_areas AS a
    JOIN rate_sources AS s USING (area_code, geography_vintage)
    JOIN core.observations AS o USING (
        source_family, country, area_code, geography_vintage, stratum_type, stratum
    )
),

alone AS (
    SELECT *, places[1] AS place FROM cells WHERE len(places) = 1
),

joint AS (
    SELECT j.*
    FROM (SELECT *, unnest(places) AS place FROM cells WHERE len(places) > 1) AS j
    LEFT JOIN alone AS a USING (
        region_code, geography_vintage, source_family, stratum_type, stratum,
        period_type, period_start, period_end, count_measure, place
    )
    QUALIFY j.withheld
        OR j.micro IS NOT NULL AND count(a.micro) OVER (
            PARTITION BY
                j.region_code, j.geography_vintage, j.source_family, j.stratum_type, j.stratum,
                j.period_type, j.period_start, j.period_end, j.count_measure, j.places
        ) < len(j.places)
)

SELECT DISTINCT * EXCLUDE (place) FROM joint
UNION ALL
SELECT a.* EXCLUDE (place)
FROM alone AS a
ANTI JOIN joint AS j USING (
    region_code, geography_vintage, source_family, stratum_type, stratum,
    period_type, period_start, period_end, count_measure, place
);

CREATE OR REPLACE TEMP TABLE region_atoms AS
WITH sizes AS (
    SELECT region_code, geography_vintage, count(*) AS places FROM region_places GROUP BY ALL
),

parts AS (
    SELECT
        o.region_code, o.geography_vintage, o.source_family, o.measure, o.stratum_type, o.stratum,
        c.period_type, c.period_start, c.period_end, p.part, p.bit,
        CAST(sum(c.micro) AS BIGINT) AS micro,
        sum(len(c.places)) FILTER (c.micro IS NOT NULL) AS known,
        bool_or(c.withheld) AS withheld,
        bool_or(c.is_provisional) AS provisional,
        list(DISTINCT c.vintage_id) AS vintages
    FROM region_summands AS c
    JOIN region_offers AS o USING (
        region_code, geography_vintage, source_family, stratum_type, stratum
    )
    JOIN method_parts AS p USING (measure, count_measure)
    GROUP BY ALL
),

summed AS (
    SELECT
        p.region_code, p.geography_vintage, p.source_family, p.measure, p.stratum_type, p.stratum,
        p.period_type, p.period_start, p.period_end,
        coalesce(bit_or(p.bit) FILTER (p.known = z.places), 0) = any_value(m.all_parts) AS is_whole,
        CAST(sum(p.micro) FILTER (p.part = 'numerator') AS BIGINT) AS numerator,
        CAST(sum(p.micro) FILTER (p.part = 'denominator') AS BIGINT) AS denominator,
        bool_or(p.withheld) AS withheld,
        bool_or(p.provisional) AS provisional,
        list_distinct(flatten(list(p.vintages))) AS vintages
    FROM parts AS p
    JOIN sizes AS z USING (region_code, geography_vintage)
    JOIN method_measures AS m USING (measure)
    GROUP BY ALL
),

lacking AS (
    SELECT
        s.region_code, s.geography_vintage, s.source_family, s.measure, s.stratum_type, s.stratum,
        s.period_type, s.period_start, s.period_end, r.member_code, a.area_name,
        s.withheld AS any_withheld, coalesce(bool_or(c.withheld), FALSE) AS withheld
    FROM summed AS s
    JOIN method_parts AS p USING (measure)
    JOIN region_places AS r USING (region_code, geography_vintage)
    JOIN core.areas AS a
        ON a.area_code = r.member_code AND a.geography_vintage = r.geography_vintage
    LEFT JOIN (SELECT *, unnest(places) AS place FROM region_summands) AS c USING (
        region_code, geography_vintage, source_family, stratum_type, stratum,
        period_type, period_start, period_end, count_measure, place
    )
    WHERE NOT s.is_whole AND c.micro IS NULL
    GROUP BY ALL
),

named AS (
    SELECT
        region_code, geography_vintage, source_family, measure, stratum_type, stratum,
        period_type, period_start, period_end,
        string_agg(area_name, ', ' ORDER BY member_code)
            FILTER (withheld OR NOT any_withheld) AS names
    FROM lacking
    GROUP BY ALL
)

SELECT
    s.* EXCLUDE (is_whole, numerator, denominator, withheld, provisional, vintages),
    CASE WHEN s.is_whole THEN s.numerator END AS numerator,
    CASE WHEN s.is_whole THEN s.denominator END AS denominator,
    CASE WHEN s.withheld THEN TRUE END AS withheld,
    CASE WHEN s.provisional THEN TRUE END AS provisional,
    CASE
        WHEN s.withheld THEN 'the producer withholds a count of ' || n.names
        WHEN NOT s.is_whole THEN 'no figure for ' || n.names
    END AS reason,
    s.vintages
FROM summed AS s
LEFT JOIN named AS n USING (
    region_code, geography_vintage, source_family, measure, stratum_type, stratum,
    period_type, period_start, period_end
);

-- An extract of a state holds what it holds; only national series are asked for every region, in
-- every period in which they have areas on the region's boundary set. What is asked for does not
-- depend on what is there for the members, so that one export more never takes a row away.
INSERT INTO region_atoms
WITH periods AS (
    SELECT DISTINCT
        s.geography_vintage, s.source_family, s.measure, a.period_type, a.period_start,
        a.period_end
    FROM rate_series AS s
    JOIN rate_atoms AS a USING (series_id)
    WHERE s.area_type NOT IN ('country', 'country_group', 'outside_area')
        AND s.stratum_type = 'all' AND s.source_family <> 'state_extract'
)

SELECT
    z.region_code, z.geography_vintage, p.source_family, p.measure, 'all', 'all',
    p.period_type, p.period_start, p.period_end,
    NULL, NULL, NULL, NULL,
    CASE
        WHEN EXISTS (
            SELECT 1 FROM region_offers AS r
            WHERE r.region_code = z.region_code AND r.source_family = p.source_family
        ) THEN 'the series identifies no member of the region in the period'
        ELSE 'the series identifies no member of the region'
    END,
    NULL
FROM (SELECT DISTINCT region_code, geography_vintage FROM core.region_members) AS z
JOIN periods AS p USING (geography_vintage)
ANTI JOIN region_atoms AS a
    ON a.region_code = z.region_code AND a.geography_vintage = z.geography_vintage
    AND a.source_family = p.source_family AND a.measure = p.measure
    AND a.stratum_type = 'all' AND a.period_type = p.period_type
    AND a.period_start = p.period_start AND a.period_end = p.period_end;

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
    a.numerator, a.denominator, a.withheld, a.provisional, a.reason, a.vintages
FROM region_atoms AS a
JOIN rate_series AS s
    ON s.area_code = a.region_code AND s.geography_vintage = a.geography_vintage
    AND s.source_family = a.source_family AND s.measure = a.measure
    AND s.stratum_type = a.stratum_type AND s.stratum = a.stratum;
