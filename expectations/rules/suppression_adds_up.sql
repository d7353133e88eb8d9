-- rule: SUPPRESSION-ADDS-UP
-- tables: published.suppression
-- check: contract
-- severity: critical
-- category: recomputation
-- message: Cells are the rows of rates for whole areas, and those shown the shown ones; the share
--   is that of the counts.
-- remedy: Rebuild the table after the published rates.
-- keys: source_family, measure, area_type, geography_vintage, window_type, period_start, period_end
-- grain: geography × window
-- inputs: published.rates
SELECT
    s.source_family, s.measure, s.area_type, s.geography_vintage, s.window_type, s.period_start,
    s.period_end,
    format(
        '{} shown ({} unreliable), {} suppressed, {} without figures of {}',
        s.cells_shown, s.cells_unreliable, s.cells_suppressed, s.cells_without_figures, s.cells
    ) AS observed,
    format(
        '{} rows of rates, {} of them shown', coalesce(r.cells, 0), coalesce(r.cells_shown, 0)
    ) AS expected,
    s.cells_unreliable > s.cells_shown
    OR s.cells_no_rate > s.cells_unreliable
    OR s.cells IS DISTINCT FROM r.cells
    OR s.cells_shown IS DISTINCT FROM r.cells_shown
    OR coalesce(
        abs(
            s.share_suppressed - s.cells_suppressed / nullif(s.cells_shown + s.cells_suppressed, 0)
        ) > 1e-12,
        FALSE
    ) AS offends
FROM {relation} AS s
LEFT JOIN (
    SELECT
        source_family, measure, kind AS area_type, geography_vintage, window_type, period_start,
        period_end,
        count(*) AS cells,
        count(*) FILTER (WHERE value_status IN ('ok', 'unreliable')) AS cells_shown
    FROM (
        SELECT
            * EXCLUDE (area_type),
            unnest(CASE
                WHEN area_code LIKE 'E%' AND area_type IN (
                    'unitary_authority', 'metropolitan_district', 'non_metropolitan_district',
                    'london_borough',
                    'combined_authority_areas'
                ) THEN [area_type, 'english_local_authorities']
                ELSE [area_type]
            END) AS kind
        FROM published.rates
        WHERE stratum_type = 'all'
    ) AS r
    GROUP BY ALL
) AS r USING (
    source_family, measure, area_type, geography_vintage, window_type, period_start, period_end
)
