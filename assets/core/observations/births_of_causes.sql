-- Grain: source_family × area × period × stratum with a cause of death, or another characteristic
-- of the death, for which deaths are counted and no births are.
-- Inputs: harmonised. A cause divides deaths, not births: the births to divide by are all of the
-- same area, period and group, in the newest statement. Where the producer prints births beside the
-- deaths of a cause, as linked exports do, they stand as they are. Stillbirths by cause need no
-- births of their own: their rate is on the births and stillbirths whatever the cause.
WITH parts AS (
    SELECT DISTINCT
        source_family, area_code, geography_vintage, period_type, period_start, period_end,
        stratum_type, stratum,
        string_split(stratum_type, '|') AS kinds,
        string_split(stratum, '|') AS codes
    FROM harmonised
    WHERE kind = 'count' AND measure IN ({deaths})
        AND list_has_any(string_split(stratum_type, '|'), [{of_the_death}])
),

caused AS (
    SELECT
        * EXCLUDE (kinds, codes, other),
        coalesce(other, 'all') AS births_type,
        coalesce(codes[list_position(kinds, other)], 'all') AS births_stratum
    FROM (
        SELECT *, list_filter(kinds, LAMBDA k: k NOT IN ({of_the_death}))[1] AS other
        FROM parts
    )
),

births AS (
    SELECT *
    FROM harmonised
    WHERE kind = 'count' AND measure = 'live_births'
    QUALIFY row_number() OVER (
        PARTITION BY
            source_family, area_code, geography_vintage, period_type, period_start, period_end,
            stratum_type, stratum
        ORDER BY
            precedence, country = 'US' AND is_provisional, vintage_position DESC,
            (status = 'ok') DESC, source_sheet DESC, source_row
    ) = 1
)

SELECT
    b.* EXCLUDE (stratum_type, stratum, raw_text),
    c.stratum_type,
    c.stratum,
    'births whatever the cause' AS raw_text
FROM caused AS c
JOIN births AS b
    ON b.source_family = c.source_family
    AND b.area_code = c.area_code
    AND b.geography_vintage = c.geography_vintage
    AND b.period_type = c.period_type
    AND b.period_start = c.period_start
    AND b.period_end = c.period_end
    AND b.stratum_type = c.births_type
    AND b.stratum = c.births_stratum
ANTI JOIN births AS stated
    ON stated.source_family = c.source_family
    AND stated.area_code = c.area_code
    AND stated.geography_vintage = c.geography_vintage
    AND stated.period_type = c.period_type
    AND stated.period_start = c.period_start
    AND stated.period_end = c.period_end
    AND stated.stratum_type = c.stratum_type
    AND stated.stratum = c.stratum
