-- Grain: source_family × area × period × measure × stratum × vintage, of counts by the groups of
-- one dimension, alone or crossed with another characteristic.
-- Inputs: harmonised. part is the group of {dimension}; stratum_type and stratum are those of the
-- counts that are made of them, with {group} in the place of a group, if they have one.
WITH split AS (
    SELECT
        *,
        string_split(stratum_type, '|') AS kinds,
        string_split(stratum, '|') AS strata,
        list_position(kinds, '{dimension}') AS place
    FROM harmonised
    WHERE kind = 'count' AND list_contains(string_split(stratum_type, '|'), '{dimension}')
)

SELECT
    * EXCLUDE (stratum_type, stratum, kinds, strata, place),
    strata[place] AS part,
    coalesce(
        nullif(array_to_string(kinds[1:place - 1] || {kind} || kinds[place + 1:], '|'), ''), 'all'
    ) AS stratum_type,
    coalesce(
        nullif(array_to_string(strata[1:place - 1] || {group} || strata[place + 1:], '|'), ''),
        'all'
    ) AS stratum
FROM split
QUALIFY row_number() OVER (
    PARTITION BY
        vintage_id, source_family, area_code, geography_vintage, period_type, period_start,
        period_end, measure, kinds, strata
    ORDER BY (status = 'ok') DESC, source_sheet DESC, source_row
) = 1
