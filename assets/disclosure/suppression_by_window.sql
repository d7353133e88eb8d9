-- Grain: one row per source_family × measure × area type × geography vintage × kind of window, and
-- for each one more with the groups within areas; the local authorities of England of all types
-- together have rows of their own.
-- Inputs: published.rates; rates.rates (births of withheld rows); disclosure_policies (name of the
-- policy of each series).
WITH cells AS (
    SELECT
        r.source_family, r.country, r.measure, r.area_code, r.area_type, r.geography_vintage,
        r.window_type, r.stratum_type,
        r.value_status IN ('ok', 'unreliable') AS is_shown,
        r.value_status = 'suppressed' AS is_withheld,
        u.denominator AS births
    FROM published.rates AS r
    JOIN rates.rates AS u
        USING (
            source_family, measure, area_code, geography_vintage, stratum_type, stratum,
            window_type, period_start, period_end
        )
),

counted AS (
    SELECT
        *,
        unnest(CASE
            WHEN area_code LIKE 'E%' AND area_type IN {local_authorities}
                THEN [area_type, 'english_local_authorities']
            ELSE [area_type]
        END) AS kind,
        CASE stratum_type WHEN 'all' THEN 'areas' ELSE 'areas_and_groups' END AS cells_of
    FROM cells
),

-- What areas alone have is a part of what areas and groups have.
of_both AS (
    SELECT
        source_family, country, measure, kind AS area_type, geography_vintage, window_type,
        unnest(CASE cells_of WHEN 'areas' THEN ['areas', 'areas_and_groups'] ELSE [cells_of] END)
            AS cells_of,
        is_shown, is_withheld, births
    FROM counted
)

SELECT
    c.source_family,
    min(c.country) AS country,
    c.measure,
    c.area_type,
    c.geography_vintage,
    c.window_type,
    c.cells_of,
    count(*) AS cells,
    count(*) FILTER (WHERE c.is_shown) AS cells_shown,
    count(*) FILTER (WHERE c.is_withheld) AS cells_withheld,
    count(*) FILTER (WHERE c.is_shown) / count(*) FILTER (WHERE c.is_shown OR c.is_withheld)
        AS share_shown,
    -- Thousandths: a share of sums tells no births of one area.
    round(
        sum(c.births) FILTER (WHERE c.is_shown)
            / nullif(sum(c.births) FILTER (WHERE c.is_shown OR c.is_withheld), 0),
        3
    ) AS share_of_births_shown,
    min(p.policy) AS policy
FROM of_both AS c
JOIN disclosure_policies AS p USING (source_family)
GROUP BY
    c.source_family, c.measure, c.area_type, c.geography_vintage, c.window_type, c.cells_of
-- Where no cell has a figure nothing could have been withheld.
HAVING count(*) FILTER (WHERE c.is_shown OR c.is_withheld) > 0
