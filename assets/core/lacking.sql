-- Grain: dataset × what is lacking × year, where most areas of one kind lack it.
-- Inputs: core.observations, core.areas.
-- A count lacks its partner where no series has both for the same area and year, so that no rate
-- comes out. Joined areas (Hackney and City of London) lack nothing that their parts have. Withheld
-- counts are there; missing ones are not.
WITH kinds AS (
    SELECT area_code, any_value(area_type) AS area_type FROM core.areas GROUP BY area_code
),

counted AS (
    SELECT
        o.dataset_id,
        o.source_family,
        o.area_code,
        year(o.period_end) AS year,
        bool_or(o.measure = 'live_births') AS births,
        bool_or(o.measure = 'infant_deaths') AS deaths
    FROM core.observations AS o
    WHERE o.period_type = 'year'
        AND o.stratum_type = 'all'
        AND o.status IN ('ok', 'suppressed')
        AND o.measure IN ('live_births', 'infant_deaths')
    GROUP BY ALL
),

rated AS (
    SELECT DISTINCT area_code, year
    FROM (
        SELECT source_family, area_code, year
        FROM counted
        GROUP BY ALL
        HAVING bool_or(births) AND bool_or(deaths)
    ) AS together
),

by_kind AS (
    SELECT
        c.dataset_id,
        c.source_family,
        CASE
            WHEN c.births AND NOT c.deaths THEN 'deaths'
            WHEN c.deaths AND NOT c.births THEN 'births'
        END AS lacks,
        c.year,
        k.area_type,
        sum(count(*)) OVER (
            PARTITION BY c.dataset_id, c.source_family, c.year, k.area_type
        ) AS areas,
        count(*) FILTER (WHERE r.area_code IS NULL) AS lacking
    FROM counted AS c
    JOIN kinds AS k ON c.area_code = k.area_code
    LEFT JOIN rated AS r ON c.area_code = r.area_code AND c.year = r.year
    WHERE k.area_type <> 'combined_authority_areas'
    GROUP BY c.dataset_id, c.source_family, lacks, c.year, k.area_type
)

SELECT dataset_id, source_family, lacks, year, CAST(sum(lacking) AS BIGINT) AS areas
FROM by_kind
WHERE lacks IS NOT NULL AND 2 * lacking > areas
GROUP BY dataset_id, source_family, lacks, year
ORDER BY ALL
