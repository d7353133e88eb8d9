-- Grain: series (source_family × period × measure × stratum) × boundary set × area with observed
-- members.
-- Inputs: the table that is checked (core.observations), core.areas.
-- A member of an area is an observed area whose nearest observed ancestor it is, so that districts
-- add up to their county where the county is printed and to the region where it is not. Regions and
-- countries keep their codes and stand in a boundary set of their own, which every set of local
-- authorities leans on. Members are complete when they cover every smallest area that the geography
-- registry puts below their ancestor; a list of codes covers each of them.
WITH RECURSIVE areas AS (
    SELECT
        area_code,
        geography_vintage AS vintage,
        parent_code,
        nullif(region_code, area_code) AS region_code
    FROM core.areas
    -- Regions of the US overlap: they stand beside the states and sum up no level of the registry.
    -- Planning regions of Connecticut stand beside its old counties.
    WHERE area_type <> 'custom_region'
        AND NOT (geography_vintage = 'US' AND area_type = 'region')
        AND NOT (area_type = 'county' AND area_code LIKE '091_0')
    UNION ALL
    -- The registry lists the counties that somebody asked for, never all of a state; the others
    -- stand in here, so that the listed ones are parts of the state and not the whole.
    SELECT DISTINCT parent_code || ' (other counties)', geography_vintage, parent_code, NULL
    FROM core.areas
    WHERE area_type = 'county' AND geography_vintage = 'US'
),

trees AS (
    SELECT DISTINCT geography_vintage AS tree FROM {relation}
),

-- The boundary set that holds the regions of a set which does not hold them itself.
leaned_on AS (
    SELECT DISTINCT a.vintage AS tree, p.vintage
    FROM areas AS a
    JOIN areas AS p ON coalesce(a.region_code, a.parent_code) = p.area_code
    ANTI JOIN areas AS s
        ON s.area_code = coalesce(a.region_code, a.parent_code) AND s.vintage = a.vintage
    WHERE a.vintage IN (SELECT tree FROM trees)
),

placed AS (
    SELECT a.vintage AS tree, a.*
    FROM areas AS a
    WHERE a.vintage IN (SELECT tree FROM trees)
    UNION
    SELECT l.tree, a.*
    FROM leaned_on AS l
    JOIN areas AS a ON l.vintage = a.vintage
),

-- A code that changed may be named as parent before it came into force; the region stands in then.
nodes AS (
    SELECT n.tree, n.vintage, n.area_code, coalesce(p.area_code, r.area_code) AS parent
    FROM placed AS n
    LEFT JOIN placed AS p ON n.tree = p.tree AND n.parent_code = p.area_code
    LEFT JOIN placed AS r ON n.tree = r.tree AND n.region_code = r.area_code
),

climb AS (
    SELECT tree, area_code, area_code AS ancestor, 0 AS steps FROM nodes
    UNION ALL
    SELECT c.tree, c.area_code, n.parent, c.steps + 1
    FROM climb AS c
    JOIN nodes AS n ON c.tree = n.tree AND c.ancestor = n.area_code
    WHERE n.parent IS NOT NULL AND c.steps < 8
),

smallest AS (
    SELECT n.tree, n.area_code, unnest(string_split(n.area_code, ', ')) AS part
    FROM nodes AS n
    ANTI JOIN nodes AS c ON c.tree = n.tree AND c.parent = n.area_code
),

needed AS (
    SELECT c.tree, c.ancestor AS area_code, count(DISTINCT s.part) AS parts
    FROM climb AS c
    JOIN smallest AS s ON c.tree = s.tree AND c.area_code = s.area_code
    GROUP BY ALL
),

series AS (
    SELECT
        source_family, period_type, period_start, period_end, measure, stratum_type, stratum,
        row_number() OVER () AS series_id
    FROM {relation}
    GROUP BY ALL
),

observed AS (
    SELECT
        s.series_id, o.geography_vintage AS vintage, o.area_code, o.value, o.status, o.rounded_to,
        o.is_provisional, o.vintage_id
    FROM {relation} AS o
    JOIN series AS s USING (
        source_family, period_type, period_start, period_end, measure, stratum_type, stratum
    )
),

pool AS (
    SELECT
        o.series_id, n.tree, o.vintage, o.area_code, o.value, o.status, o.rounded_to,
        o.is_provisional, o.vintage_id
    FROM observed AS o
    JOIN (SELECT DISTINCT series_id, vintage AS tree FROM observed) AS t USING (series_id)
    JOIN nodes AS n
        ON t.tree = n.tree AND o.vintage = n.vintage AND o.area_code = n.area_code
),

-- A list of codes beside one of its own codes would be counted twice.
repeated AS (
    SELECT DISTINCT p.series_id, p.tree, s.area_code
    FROM pool AS p
    JOIN smallest AS s ON p.tree = s.tree AND p.area_code = s.part
    WHERE s.area_code <> s.part
),

members AS (
    SELECT o.*, a.area_code AS parent
    FROM pool AS o
    ANTI JOIN repeated AS r
        ON o.series_id = r.series_id AND o.tree = r.tree AND o.area_code = r.area_code
    JOIN climb AS c ON o.tree = c.tree AND o.area_code = c.area_code
    JOIN pool AS a
        ON o.series_id = a.series_id AND o.tree = a.tree AND c.ancestor = a.area_code
    WHERE c.steps > 0
    QUALIFY
        row_number() OVER (
            PARTITION BY o.series_id, o.tree, o.area_code ORDER BY c.steps
        ) = 1
),

sums AS (
    SELECT
        m.series_id,
        m.tree,
        m.parent,
        count(*) AS members,
        -- A withheld member with a bound is known to lie between 0 and it; any other one may be of
        -- any size.
        count(*) FILTER (
            WHERE m.status = 'suppressed' AND w.highest IS NOT NULL
        ) AS members_withheld,
        count(*) FILTER (WHERE m.status <> 'ok') - members_withheld AS members_unknown,
        coalesce(sum(m.value) FILTER (WHERE m.status = 'ok'), 0) AS total,
        total + coalesce(sum(w.highest) FILTER (WHERE m.status = 'suppressed'), 0) AS most,
        sum(m.rounded_to) FILTER (WHERE m.rounded_to > 1) AS rounding,
        sum(n.parts) AS parts,
        bool_or(m.is_provisional) AS any_provisional,
        min(m.vintage_id) AS first_vintage,
        max(m.vintage_id) AS last_vintage
    FROM members AS m
    JOIN needed AS n ON m.tree = n.tree AND m.area_code = n.area_code
    JOIN series AS s ON m.series_id = s.series_id
    LEFT JOIN ({withheld_bounds}) AS w
        ON s.source_family = w.source_family AND s.measure = w.measure
    GROUP BY ALL
    HAVING bool_or(m.vintage = m.tree)
)

SELECT
    s.source_family,
    p.area_code,
    m.tree AS geography_vintage,
    s.period_type,
    s.period_start,
    s.period_end,
    s.measure,
    s.stratum_type,
    s.stratum,
    CASE
        WHEN p.status = 'suppressed' AND w.highest IS NOT NULL THEN 0
        ELSE p.value
    END AS lowest_value,
    CASE WHEN p.status = 'suppressed' THEN w.highest ELSE p.value END AS highest_value,
    m.total,
    m.most,
    m.members,
    m.members_withheld,
    m.members_unknown,
    n.parts - m.parts AS parts_not_covered,
    -- Linked-file deaths are weighted and rounded area by area (2008: states 28,072, nation
    -- 28,075); linked-file births carry records filed late, which the final national count leaves
    -- out (2005: 224).
    CASE
        WHEN s.source_family = 'nchs_linked' AND s.measure = 'live_births' THEN 250
        WHEN s.source_family = 'nchs_linked' THEN 5
        ELSE 0
    END
    + (coalesce(m.rounding, 0) + CASE WHEN p.rounded_to > 1 THEN p.rounded_to ELSE 0 END) / 2
    + 1e-6 AS tolerance
FROM sums AS m
JOIN series AS s USING (series_id)
JOIN pool AS p ON m.series_id = p.series_id AND m.tree = p.tree AND m.parent = p.area_code
JOIN needed AS n ON m.tree = n.tree AND m.parent = n.area_code
LEFT JOIN ({withheld_bounds}) AS w ON s.source_family = w.source_family AND s.measure = w.measure
-- Provisional counts change from report to report, and later editions of the child mortality
-- workbook link more deaths to their notification: England had 39 neonatal deaths of 2020 without
-- usable weeks in that of 2020, 41 in that of 2022. Those of two extracts need not add up.
WHERE NOT (
        m.any_provisional OR p.is_provisional OR s.source_family = 'ons_linked_births'
    )
    OR (m.first_vintage = p.vintage_id AND m.last_vintage = p.vintage_id)
