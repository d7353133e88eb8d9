-- One row per difference with its one cause, in the columns of the changes table.
-- Inputs: release_differences; series_before and series_after (series, areas and windows of the
-- rates on both sides); restated (cells that new extracts state); corrected (cells that a
-- correction touches); new_vintages; datasets_before and datasets_after.
WITH stated AS (
    SELECT d.table_name, d.row_key, string_agg(DISTINCT r.vintage_id, '; ' ORDER BY r.vintage_id)
        AS vintages
    FROM (SELECT DISTINCT * EXCLUDE (column_name, old_value, new_value)
          FROM release_differences) AS d
    JOIN restated AS r
        ON r.source_family = d.source_family
        AND (r.area_code IS NULL OR d.area_code IS NULL OR r.area_code = d.area_code)
        AND (r.period_start IS NULL OR d.period_start IS NULL
             OR (r.period_start <= d.period_end AND r.period_end >= d.period_start))
    GROUP BY d.table_name, d.row_key
),
mended AS (
    SELECT d.table_name, d.row_key,
        string_agg(DISTINCT c.correction_id, '; ' ORDER BY c.correction_id) AS corrections
    FROM (SELECT DISTINCT * EXCLUDE (column_name, old_value, new_value)
          FROM release_differences) AS d
    JOIN corrected AS c
        ON c.source_family = d.source_family
        AND c.area_code = d.area_code
        AND c.period_start <= d.period_end AND c.period_end >= d.period_start
    GROUP BY d.table_name, d.row_key
),
revised AS (
    SELECT
        d.*,
        CASE
            WHEN '{old_method}' <> '{new_method}' THEN 'method_change'
            WHEN s.vintages IS NOT NULL OR d.table_name = 'sources' THEN 'source_revision'
            WHEN m.corrections IS NOT NULL THEN 'correction'
            WHEN d.table_name = 'areas' THEN 'geography'
            ELSE 'method_change'
        END AS cause_if_restated,
        CASE
            WHEN '{old_method}' <> '{new_method}' THEN 'methods {old_method} to {new_method}'
            WHEN s.vintages IS NOT NULL THEN s.vintages
            WHEN m.corrections IS NOT NULL THEN m.corrections
            WHEN d.table_name IN ('areas', 'sources') THEN NULL
            ELSE 'no new extract: the computation changed'
        END AS detail_if_restated
    FROM release_differences AS d
    LEFT JOIN stated AS s USING (table_name, row_key)
    LEFT JOIN mended AS m USING (table_name, row_key)
),
judged AS (
    SELECT
        r.*,
        CASE
            WHEN r.change IN ('newly_suppressed', 'released') THEN r.change
            WHEN r.change = 'revised' THEN r.cause_if_restated
            WHEN r.change = 'withdrawn' THEN CASE
                WHEN r.table_name = 'sources' AND EXISTS (
                    SELECT 1 FROM datasets_after AS a
                    WHERE a.dataset_id = split_part(json_extract_string(r.row_key, '$.vintage_id'), '@', 1)
                ) THEN 'source_revision'
                WHEN EXISTS (
                    SELECT 1 FROM series_after AS a
                    WHERE a.source_family = r.source_family AND a.measure = r.measure
                        AND a.area_code = r.area_code
                        AND a.geography_vintage <> r.geography_vintage
                ) THEN 'geography'
                ELSE 'withdrawn'
            END
            WHEN r.table_name = 'sources' THEN CASE
                WHEN EXISTS (
                    SELECT 1 FROM datasets_before AS b
                    WHERE b.dataset_id = split_part(json_extract_string(r.row_key, '$.vintage_id'), '@', 1)
                ) THEN 'source_revision'
                ELSE 'new_series'
            END
            WHEN r.table_name = 'areas' THEN 'new_area'
            WHEN NOT EXISTS (
                SELECT 1 FROM series_before AS b
                WHERE b.source_family = r.source_family AND b.measure = r.measure
            ) THEN 'new_series'
            WHEN r.area_code IS NOT NULL AND NOT EXISTS (
                SELECT 1 FROM series_before AS b
                WHERE b.source_family = r.source_family AND b.measure = r.measure
                    AND b.area_code = r.area_code
            ) THEN 'new_area'
            WHEN r.area_code IS NOT NULL AND NOT EXISTS (
                SELECT 1 FROM series_before AS b
                WHERE b.source_family = r.source_family AND b.measure = r.measure
                    AND b.area_code = r.area_code AND b.geography_vintage = r.geography_vintage
            ) THEN 'geography'
            WHEN NOT EXISTS (
                SELECT 1 FROM series_before AS b
                WHERE b.source_family = r.source_family AND b.measure = r.measure
                    AND (r.area_code IS NULL OR b.area_code = r.area_code)
                    AND b.period_end >= r.period_end AND b.period_start <= r.period_start
            ) OR NOT EXISTS (
                SELECT 1 FROM series_before AS b
                WHERE b.source_family = r.source_family AND b.measure = r.measure
                    AND (r.area_code IS NULL OR b.area_code = r.area_code)
                    AND b.period_end = r.period_end
            ) THEN 'new_period'
            ELSE r.cause_if_restated
        END AS cause
    FROM revised AS r
)
SELECT
    table_name,
    row_key,
    column_name,
    change,
    cause,
    CASE
        WHEN change IN ('newly_suppressed', 'released', 'withdrawn') THEN NULL
        WHEN cause = cause_if_restated THEN detail_if_restated
        WHEN starts_with(detail_if_restated, 'no new extract') THEN NULL
        ELSE detail_if_restated
    END AS cause_detail,
    old_value,
    new_value,
    {previous} AS previous_version
FROM judged
