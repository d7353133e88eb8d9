-- Grain: one row per rule evaluated on the content that is about to be released; beside them one
-- row per extract that was set aside, about the table of extracts in use.
-- Inputs: extracts_set_aside (the columns of the table); meta.evidence; release_hashes (current
-- content hash of every table, and whether the table holds counts before disclosure control of a
-- series of which counts are withheld); guarded_families; printed_rates_are_guarded (one row).
-- What was seen in such a table stays with the run's own reports: the key of a row that breaks a
-- rule bounds its count, and so does the number of rows that do. A row counts as shown in full
-- only where its key names another series. The hash goes too, because whoever knows all but a few
-- small counts could try them until it fits.
WITH guarded AS (
    SELECT list(source_family) AS families FROM guarded_families
),

evaluated AS (
    SELECT
        e.*,
        h.is_guarded,
        -- A waiver that matches nothing is no row of the table, and a reconciliation looks only at
        -- areas and years of which the producer printed a rate.
        h.is_guarded AND e.category <> 'waiver'
            AND (e.category <> 'reconciliation' OR p.is_guarded)
            AND (e.failing_count > 0 OR e.failing_keys IS NOT NULL) AS is_cut,
        list_filter(
            CAST(coalesce(e.failing_keys, '[]') AS JSON[]),
            LAMBDA k: NOT list_contains(g.families, json_extract_string(k, '$.source_family'))
        ) AS keys_shown
    FROM meta.evidence AS e
    JOIN release_hashes AS h USING (table_name, content_hash)
    CROSS JOIN guarded AS g
    CROSS JOIN printed_rates_are_guarded AS p
)

SELECT
    * REPLACE (
        CASE
            WHEN is_cut
                THEN 'some rows break the rule; only those of series that are shown in full are '
                || 'listed and counted here'
            ELSE observed
        END AS observed,
        CASE
            WHEN is_cut THEN len(list_filter(
                keys_shown,
                LAMBDA k: json_extract_string(k, '$.waiver_id') IS NULL
                    AND json_extract_string(k, '$.explained_by') IS NULL
            ))
            ELSE failing_count
        END AS failing_count,
        CASE
            WHEN NOT is_cut THEN failing_keys
            WHEN len(keys_shown) > 0 THEN CAST(to_json(keys_shown) AS VARCHAR)
        END AS failing_keys,
        CASE
            WHEN is_guarded THEN 'not given: the content has counts that are withheld'
            ELSE content_hash
        END AS content_hash
    )
FROM evaluated
UNION ALL BY NAME
SELECT * FROM extracts_set_aside
