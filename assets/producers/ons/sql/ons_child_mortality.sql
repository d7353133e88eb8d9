-- Grain: vintage × row × measured column of a child mortality (death cohort) workbook that is about
-- a nation or area as a whole, or about one or two characteristics.
-- Inputs: staging.ons_child_mortality, boundary_lookup (vintage_id, year, area_code,
-- geography_vintage), stratum_lookup (stratum_type, label, stratum).
-- Deaths are counted in the year in which they occurred. Births are those registered, by year of
-- birth (ons_occurrence); in Tables 17 to 20, 22 to 24, 26 and 27 they are those linked to their
-- notification (ons_linked_births), so that no rate mixes the two.
-- Totals are taken from Tables 1 to 3, for years that these do not print from Tables 16 and 17 of
-- 2018, and of the linked births from 17, 22 and 26; elsewhere they
-- repeat these, leave out records without a small area, are of fewer births (Table 18, nations) or
-- of an older state of the records (Table 27: 379 deaths of 2013 to 2017, 381 in Table 26).
-- Deaths without a linked birth are a group without births of its own; the editions up to 2018
-- print no such row: there it is what Table 1 prints of all deaths beyond those linked. What their
-- tables print of a cause are linked deaths alone, a part of the cause, which is left out. What
-- crosses three characteristics, and labels without a group, stay in staging. So do the rates of
-- 1931 to 1956: they are on related live births, of two years together.
-- The rates of 1927 are on estimates of a whole year, for stillbirths were registered from July on.
-- Deciles of England and of Wales are of two indices; each stands on its own nation and is never
-- added up. Table 2 counts the United Kingdom, Scotland and Northern Ireland as their own offices
-- do with residents elsewhere.
-- Causes have no births of their own: their births are those beside all causes. Classes (NS-SEC)
-- are printed within two types of registration that make up all births: they are added up; their
-- births are a sample of one in ten, times ten, so that none in the sample is no count of none.
-- Ages at death that are not printed follow from those that are: neonatal = early + late;
-- perinatal = stillbirths + early neonatal.
WITH named AS (
    SELECT
        * EXCLUDE (source_column),
        source_column,
        split_part(source_column, ', ', 1)
        || CASE WHEN source_column LIKE '%, % | reliability' THEN ' | reliability' ELSE '' END
            AS column_key,
        replace(split_part(source_column, ', ', 2), ' | reliability', '') AS of_column,
        table_number IN ('17', '18', '19', '20', '22', '23', '24', '26', '27') AS is_linked,
        list_filter([
            {'type': 'age_of_mother', 'label': age_of_mother},
            {'type': 'birth_weight', 'label': birth_weight},
            {'type': 'cause_icd_chapter', 'label': cause_icd_chapter},
            {'type': 'cause_ons', 'label': cause_ons},
            {'type': 'country_of_birth_of_mother', 'label': country_of_birth_of_mother},
            {'type': 'deprivation_decile', 'label': nullif(imd_decile, 'Total')},
            {'type': 'ethnicity', 'label': ethnicity},
            {'type': 'gestation', 'label': gestation},
            {'type': 'ns_sec', 'label': ns_sec},
            {'type': 'place_of_birth', 'label': place_of_birth},
            {'type': 'previous_children', 'label': previous_children},
            {
                'type': CASE WHEN table_number = '16 of 2018' THEN 'marital_status'
                    ELSE 'registration_type' END,
                'label': registration_type
            },
            {'type': 'sex', 'label': sex}
        ], LAMBDA x: x.label <> 'All') AS groups
    FROM staging.ons_child_mortality
),

linked_alone AS (
    SELECT DISTINCT vintage_id FROM named WHERE source_column = 'Infant | Linked'
),

taken AS (
    SELECT * REPLACE (
        CASE WHEN is_sampled AND value = 0 THEN NULL ELSE value END AS value,
        CASE WHEN is_sampled AND value = 0 THEN '0 in a sample of one in ten' ELSE raw_text END
            AS raw_text
    )
    FROM (
        SELECT *, coalesce(ns_sec <> 'All', FALSE) AND column_key = 'Live births' AS is_sampled
        FROM named
    )
    WHERE len(groups) <= 2
        AND (
            len(groups) > 0
            OR table_number IN ('1', '2', '3', '17', '22', '26')
            OR table_number IN ('16 of 2018', '17 of 2018')
            AND (vintage_id, year) NOT IN (
                SELECT (t.vintage_id, t.year) FROM named AS t WHERE t.table_number = '1'
            )
        )
        AND NOT (table_number = '17 of 2018' AND (year BETWEEN '1931' AND '1956' OR year = '1927'))
        AND NOT (
            len(groups) = 1
            AND cause_ons <> 'All'
            AND column_key LIKE '%deaths'
            AND vintage_id IN (FROM linked_alone)
        ) IS TRUE
        -- Births and deaths from 24 weeks of all causes are those of Table 22.
        AND (table_number <> '24' OR cause_ons <> 'All')
        -- Classes of deaths without a birth are told by another document than those of births.
        AND coalesce(NOT (ns_sec <> 'All' AND registration_type = 'Unlinked deaths'), TRUE)
),

classes AS (
    SELECT
        * EXCLUDE (source_row, value, raw_text, groups),
        min(source_row) AS source_row,
        CASE WHEN count(value) = 2 THEN sum(value) END AS value,
        CASE
            WHEN count(value) = 2 THEN 'sum of 2 types of registration'
            ELSE min(raw_text) FILTER (value IS NULL)
        END AS raw_text,
        [{'type': 'ns_sec', 'label': ns_sec}] AS groups
    FROM (SELECT * EXCLUDE (registration_type) FROM taken)
    WHERE table_number = '12'
        AND ns_sec <> 'All'
        AND birth_weight = 'All'
        AND column_key NOT ILIKE '%rate%'
        AND column_key NOT ILIKE '%indicator%'
    GROUP BY ALL
    HAVING count(*) = 2
),

unlinked AS (
    SELECT
        a.* EXCLUDE (groups) REPLACE (
            'unlinked' AS table_number,
            replace(a.source_column, ' | All', ' deaths') AS column_key,
            a.value - l.value AS value,
            'all ' || CAST(a.value AS INTEGER) || ' - linked ' || CAST(l.value AS INTEGER)
                AS raw_text
        ),
        [{'type': g.type, 'label': 'Unlinked deaths'}] AS groups
    FROM named AS a
    JOIN named AS l
        ON a.vintage_id = l.vintage_id
        AND a.source_sheet = l.source_sheet
        AND a.source_row = l.source_row
        AND replace(a.source_column, ' | All', ' | Linked') = l.source_column
    JOIN (
        SELECT DISTINCT t.vintage_id, t.edition, unnest(t.groups).type AS type
        FROM named AS t
        WHERE t.column_key = 'Infant deaths' AND len(t.groups) = 1 AND t.year = t.edition
    ) AS g ON a.vintage_id = g.vintage_id AND a.year = g.edition
    WHERE a.table_number = '1'
        AND a.source_column LIKE '% | All'
        AND a.source_column NOT LIKE 'Rates%'
        AND g.type IN (
            'age_of_mother', 'birth_weight', 'country_of_birth_of_mother', 'place_of_birth',
            'previous_children', 'registration_type'
        )
),

births_of_causes AS (
    SELECT c.* REPLACE (
        b.value AS value, b.raw_text AS raw_text, b.source_row AS source_row
    )
    FROM taken AS c
    JOIN named AS b
        ON c.vintage_id = b.vintage_id
        AND c.source_sheet = b.source_sheet
        AND c.source_column = b.source_column
        AND c.birth_weight IS NOT DISTINCT FROM b.birth_weight
        AND c.age_of_mother IS NOT DISTINCT FROM b.age_of_mother
        AND c.registration_type IS NOT DISTINCT FROM b.registration_type
        AND c.previous_children IS NOT DISTINCT FROM b.previous_children
    WHERE c.column_key = 'Live births'
        AND c.cause_ons <> 'All'
        AND b.cause_ons = 'All'
        AND b.value IS NOT NULL
),

counted AS (
    SELECT *
    FROM taken
    WHERE cause_ons IS NULL OR cause_ons = 'All' OR column_key <> 'Live births'
    UNION ALL BY NAME
    SELECT * FROM classes
    UNION ALL BY NAME
    SELECT * FROM births_of_causes
    UNION ALL BY NAME
    SELECT * FROM unlinked
),

by_age AS (
    SELECT
        * EXCLUDE (source_column, column_key, value, raw_text),
        max(value) FILTER (column_key = 'Stillbirths') AS stillbirths,
        max(value) FILTER (column_key = 'Early neonatal deaths') AS early,
        max(value) FILTER (column_key = 'Late neonatal deaths') AS late,
        max(value) FILTER (column_key = 'Neonatal deaths') AS neonatal,
        count(*) FILTER (column_key = 'Perinatal deaths') AS perinatal
    FROM counted
    WHERE table_number NOT IN ('1', '3')
    GROUP BY ALL
),

cells AS (
    SELECT * FROM counted
    UNION ALL BY NAME
    SELECT
        * EXCLUDE (stillbirths, early, late, neonatal, perinatal),
        unnest([
            {
                'source_column': 'Stillbirths + Early neonatal deaths',
                'value': CASE WHEN perinatal = 0 THEN stillbirths + early END
            },
            {
                'source_column': 'Early neonatal deaths + Late neonatal deaths',
                'value': CASE WHEN neonatal IS NULL THEN early + late END
            },
            {
                'source_column': 'Neonatal deaths - Early neonatal deaths',
                'value': CASE WHEN late IS NULL THEN neonatal - early END
            }
        ], recursive := TRUE)
    FROM by_age
)

SELECT
    'ons_child_mortality' AS staging_table,
    coalesce(c.column_key, c.source_column) AS column_key,
    CASE WHEN left(c.area_code, 3) IN ('K02', 'S92', 'N92') THEN 'UK' ELSE 'EW' END AS country,
    CASE WHEN c.is_linked THEN 'ons_linked_births' ELSE 'ons_occurrence' END AS source_family,
    CASE
        WHEN c.table_number IN ('21', '22', '23', '24') THEN 'E92000001'
        WHEN c.table_number IN ('25', '26', '27') THEN 'W92000004'
        ELSE coalesce(c.area_code, 'K04000001, J99000001')
    END AS area_code,
    CASE WHEN c.area_code IS NULL THEN 'EW' ELSE b.geography_vintage END AS geography_vintage,
    CASE WHEN length(c.year) = 4 THEN 'year' ELSE 'several_years' END AS period_type,
    make_date(CAST(left(c.year, 4) AS BIGINT), 1, 1) AS period_start,
    make_date(CAST(right(c.year, 4) AS BIGINT), 12, 31) AS period_end,
    coalesce(nullif(concat_ws('|', c.groups[1].type, c.groups[2].type), ''), 'all') AS stratum_type,
    coalesce(nullif(concat_ws('|', g.stratum, h.stratum), ''), 'all') AS stratum,
    c.value,
    c.raw_text,
    f.raw_text AS flag_text,
    CASE WHEN c.table_number = '24' THEN 2 END AS printed_decimals,
    CASE WHEN c.is_sampled THEN 10 ELSE 1 END AS rounded_to,
    FALSE AS is_provisional,
    c.dataset_id,
    c.vintage_id,
    c.source_sheet,
    c.source_row,
    c.source_column
FROM cells AS c
LEFT JOIN boundary_lookup AS b
    ON c.vintage_id = b.vintage_id AND c.year = b.year AND c.area_code = b.area_code
LEFT JOIN (SELECT DISTINCT stratum_type, label, stratum FROM stratum_lookup) AS g
    ON c.groups[1].type = g.stratum_type AND lower(c.groups[1].label) = g.label
LEFT JOIN (SELECT DISTINCT stratum_type, label, stratum FROM stratum_lookup) AS h
    ON c.groups[2].type = h.stratum_type AND lower(c.groups[2].label) = h.label
LEFT JOIN named AS f
    ON c.vintage_id = f.vintage_id
    AND c.source_sheet = f.source_sheet
    AND c.source_row = f.source_row
    AND c.of_column = f.of_column
    AND lower(f.column_key) IN (
        lower(c.column_key) || ' | reliability',
        regexp_replace(lower(c.column_key), '( mortality)? rate$', '') || ' unreliable indicator'
    )
WHERE (c.value IS NOT NULL OR c.column_key IS NOT NULL)
    AND (len(c.groups) = 0 OR g.stratum IS NOT NULL)
    AND (len(c.groups) < 2 OR h.stratum IS NOT NULL)
