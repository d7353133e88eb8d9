-- Grain: vintage × row × measured column of a birth registrations workbook that is about an area as
-- a whole or about one or two characteristics.
-- Inputs: staging.ons_birth_registrations, boundary_lookup, stratum_lookup (stratum_type, label,
-- stratum).
-- Taken are Table 2 (areas; nations by age of mother), Table 6 (nations by registration and age of
-- mother), Table 7 (multiplicity, age of mother, previous children and sex) and Table 9 (deciles).
-- Deciles of England and of Wales are of two indices. Births of whom a characteristic is not known
-- are in the total alone. Table 7 prints boys and girls apart, triplets apart from more, and three
-- children apart from more: they are added up, which it has all of. What crosses three
-- characteristics stays in staging.
WITH named AS (
    SELECT
        * EXCLUDE (source_column),
        source_column,
        split_part(source_column, ', ', 1) AS column_key,
        list_filter([
            {'type': 'age_of_mother', 'label': nullif(lower(age_of_mother), 'all ages')},
            {'type': 'deprivation_decile', 'label': imd_decile},
            {'type': 'plurality', 'label': nullif(lower(plurality), 'all maternities')},
            {
                'type': 'previous_children',
                'label': CASE WHEN previous_children NOT ILIKE 'any number%'
                    THEN lower(previous_children) END
            },
            {
                'type': 'registration_type',
                'label': nullif(lower(registration_type), 'all registration types')
            },
            {'type': 'sex', 'label': lower(sex)}
        ], LAMBDA x: x.label IS NOT NULL) AS groups
    FROM staging.ons_birth_registrations
    WHERE table_number IN ('2', '6', '7', '9')
),

both_sexes AS (
    SELECT
        * EXCLUDE (source_column, sex, value, raw_text, groups),
        column_key AS source_column,
        list_filter(groups, LAMBDA x: x.type <> 'sex') AS groups,
        CASE WHEN count(value) = 2 THEN sum(value) END AS value,
        'male + female' AS raw_text
    FROM named
    WHERE table_number = '7'
    GROUP BY ALL
),

cells AS (
    SELECT
        c.* EXCLUDE (groups),
        coalesce(nullif(concat_ws('|', c.groups[1].type, c.groups[2].type), ''), 'all')
            AS stratum_type,
        coalesce(nullif(concat_ws('|', g.stratum, h.stratum), ''), 'all') AS stratum
    FROM (SELECT * FROM named UNION ALL BY NAME SELECT * FROM both_sexes) AS c
    LEFT JOIN (SELECT DISTINCT stratum_type, label, stratum FROM stratum_lookup) AS g
        ON c.groups[1].type = g.stratum_type AND c.groups[1].label = g.label
    LEFT JOIN (SELECT DISTINCT stratum_type, label, stratum FROM stratum_lookup) AS h
        ON c.groups[2].type = h.stratum_type AND c.groups[2].label = h.label
    WHERE len(c.groups) <= 2
        AND (len(c.groups) = 0 OR g.stratum IS NOT NULL)
        AND (len(c.groups) < 2 OR h.stratum IS NOT NULL)
),

added AS (
    SELECT
        * EXCLUDE (source_row, value, raw_text, plurality, previous_children),
        min(source_row) AS source_row,
        CASE WHEN count(value) = count(*) THEN sum(value) END AS value,
        CASE
            WHEN count(*) > 1 THEN 'sum of ' || count(*) || ' rows'
            ELSE min(raw_text)
        END AS raw_text
    FROM cells
    WHERE table_number = '7'
    GROUP BY ALL
)

SELECT
    'ons_birth_registrations' AS staging_table,
    r.column_key,
    'EW' AS country,
    'ons_occurrence' AS source_family,
    r.area_code,
    b.geography_vintage,
    'year' AS period_type,
    make_date(CAST(r.year AS BIGINT), 1, 1) AS period_start,
    make_date(CAST(r.year AS BIGINT), 12, 31) AS period_end,
    r.stratum_type,
    r.stratum,
    r.value,
    r.raw_text,
    f.raw_text AS flag_text,
    1 AS rounded_to,
    FALSE AS is_provisional,
    r.dataset_id,
    r.vintage_id,
    r.source_sheet,
    r.source_row,
    r.source_column
FROM (
    SELECT * FROM cells WHERE table_number <> '7'
    UNION ALL BY NAME
    SELECT * FROM added
) AS r
LEFT JOIN boundary_lookup AS b
    ON r.vintage_id = b.vintage_id AND r.year = b.year AND r.area_code = b.area_code
LEFT JOIN staging.ons_birth_registrations AS f
    ON r.vintage_id = f.vintage_id
    AND r.source_sheet = f.source_sheet
    AND r.source_row = f.source_row
    AND lower(f.source_column) = 'unreliable indicator'
