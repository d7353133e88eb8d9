-- Grain: one row per difference with its one cause, in the columns of the changes table.
-- Inputs: release_differences; areas_before, ends_before and areas_after (what the rates of the
-- sides have, '*' for all areas or boundary sets); restated (cells that new extracts state, '*'
-- where unknown); corrected (cells that a correction touches); datasets_before, datasets_after.
WITH places AS (
    SELECT DISTINCT
        table_name, row_key, source_family, coalesce(area_code, '*') AS area_code, period_start,
        period_end
    FROM release_differences
),

meetings AS (
    SELECT p.table_name, p.row_key, r.vintage_id, r.period_start, r.period_end,
        p.period_start AS from_day, p.period_end AS to_day
    FROM places AS p
    JOIN restated AS r USING (source_family, area_code)
    UNION ALL
    SELECT p.table_name, p.row_key, r.vintage_id, r.period_start, r.period_end,
        p.period_start, p.period_end
    FROM places AS p
    JOIN (SELECT * FROM restated WHERE area_code = '*') AS r USING (source_family)
    WHERE p.area_code <> '*'
    UNION ALL
    SELECT p.table_name, p.row_key, r.vintage_id, r.period_start, r.period_end,
        p.period_start, p.period_end
    FROM (SELECT * FROM places WHERE area_code = '*') AS p
    JOIN (
        SELECT DISTINCT source_family, vintage_id, period_start, period_end
        FROM restated
        WHERE area_code <> '*'
    ) AS r USING (source_family)
),

stated AS (
    SELECT table_name, row_key, string_agg(DISTINCT vintage_id, '; ' ORDER BY vintage_id)
        AS vintages
    FROM meetings
    WHERE period_start IS NULL OR from_day IS NULL
        OR (period_start <= to_day AND period_end >= from_day)
    GROUP BY table_name, row_key
),

mended AS (
    SELECT p.table_name, p.row_key,
        string_agg(DISTINCT c.correction_id, '; ' ORDER BY c.correction_id) AS corrections
    FROM places AS p
    JOIN corrected AS c USING (source_family, area_code)
    WHERE c.period_start <= p.period_end AND c.period_end >= p.period_start
    GROUP BY p.table_name, p.row_key
),

known AS (
    SELECT
        d.*,
        s.vintages,
        m.corrections,
        series.source_family IS NOT NULL AS measure_was_there,
        before.source_family IS NOT NULL AS area_was_there,
        here.source_family IS NOT NULL AS boundaries_were_there,
        before.first_day <= d.period_start AND before.last_day >= d.period_end
            AND ends.period_end IS NOT NULL AS period_was_there,
        after.source_family IS NOT NULL AS area_is_there,
        still.source_family IS NOT NULL AS boundaries_are_there,
        split_part(json_extract_string(d.row_key, '$.vintage_id'), '@', 1) AS dataset_id
    FROM release_differences AS d
    LEFT JOIN stated AS s USING (table_name, row_key)
    LEFT JOIN mended AS m USING (table_name, row_key)
    LEFT JOIN areas_before AS series
        ON series.source_family = d.source_family AND series.measure = d.measure
        AND series.area_code = '*'
    LEFT JOIN areas_before AS before
        ON before.source_family = d.source_family AND before.measure = d.measure
        AND before.area_code = coalesce(d.area_code, '*') AND before.geography_vintage = '*'
    LEFT JOIN areas_before AS here
        ON here.source_family = d.source_family AND here.measure = d.measure
        AND here.area_code = d.area_code AND here.geography_vintage = d.geography_vintage
    LEFT JOIN ends_before AS ends
        ON ends.source_family = d.source_family AND ends.measure = d.measure
        AND ends.area_code = coalesce(d.area_code, '*') AND ends.period_end = d.period_end
    LEFT JOIN areas_after AS after
        ON after.source_family = d.source_family AND after.measure = d.measure
        AND after.area_code = d.area_code AND after.geography_vintage = '*'
    LEFT JOIN areas_after AS still
        ON still.source_family = d.source_family AND still.measure = d.measure
        AND still.area_code = d.area_code AND still.geography_vintage = d.geography_vintage
),

restatable AS (
    SELECT
        *,
        CASE
            WHEN table_name = 'sources' AND NOT figure_moved THEN 'status_change'
            WHEN table_name = 'sources' THEN 'source_revision'
            WHEN '{old_method}' <> '{new_method}' THEN 'method_change'
            -- Nobody restated a figure where no number of the row moved.
            WHEN vintages IS NOT NULL AND NOT figure_moved THEN 'status_change'
            WHEN vintages IS NOT NULL THEN 'source_revision'
            WHEN corrections IS NOT NULL THEN 'correction'
            WHEN table_name = 'areas' THEN 'geography'
            ELSE 'method_change'
        END AS cause_if_revised,
        CASE
            WHEN table_name = 'sources' THEN NULL
            WHEN '{old_method}' <> '{new_method}' THEN 'methods {old_method} to {new_method}'
            WHEN vintages IS NOT NULL THEN vintages
            WHEN corrections IS NOT NULL THEN corrections
            WHEN table_name <> 'areas'
                THEN '{computation}'
        END AS detail_if_revised
    FROM known
),

judged AS (
    SELECT
        *,
        CASE
            WHEN change IN ('newly_suppressed', 'released') THEN change
            WHEN change = 'revised' THEN cause_if_revised
            WHEN change = 'withdrawn' THEN CASE
                WHEN table_name = 'sources' AND dataset_id IN (FROM datasets_after)
                    THEN 'source_revision'
                WHEN area_is_there AND NOT boundaries_are_there THEN 'geography'
                ELSE 'withdrawn'
            END
            WHEN table_name = 'sources' THEN
                CASE WHEN dataset_id IN (FROM datasets_before) THEN 'source_revision'
                ELSE 'new_series' END
            WHEN table_name = 'areas' THEN 'new_area'
            WHEN NOT measure_was_there THEN 'new_series'
            WHEN NOT area_was_there THEN 'new_area'
            WHEN area_code IS NOT NULL AND NOT boundaries_were_there THEN 'geography'
            WHEN NOT coalesce(period_was_there, FALSE) THEN 'new_period'
            ELSE cause_if_revised
        END AS cause
    FROM restatable
)

SELECT
    table_name,
    row_key,
    column_name,
    change,
    cause,
    CASE
        WHEN change IN ('newly_suppressed', 'released', 'withdrawn') THEN NULL
        WHEN cause = cause_if_revised OR vintages IS NOT NULL THEN detail_if_revised
    END AS cause_detail,
    old_value,
    new_value,
    {previous} AS previous_version
FROM judged
