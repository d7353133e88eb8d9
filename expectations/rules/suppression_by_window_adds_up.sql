-- rule: SUPPRESSION-BY-WINDOW-ADDS-UP
-- tables: published.suppression_by_window
-- check: contract
-- severity: critical
-- category: recomputation
-- message: Cells of areas alone are those of the table suppression, over all its periods; the share
--   is that of the cells.
-- remedy: Rebuild both tables after the published rates.
-- keys: source_family, measure, area_type, geography_vintage, window_type, cells_of
-- grain: geography × kind of window
-- inputs: published.suppression
SELECT
    w.source_family, w.measure, w.area_type, w.geography_vintage, w.window_type, w.cells_of,
    format('{} shown, {} withheld', w.cells_shown, w.cells_withheld) AS observed,
    format('{} shown, {} withheld', s.shown, s.withheld) AS expected,
    w.cells_of = 'areas' AND (
        w.cells_shown IS DISTINCT FROM s.shown OR w.cells_withheld IS DISTINCT FROM s.withheld
    )
    OR abs(w.share_shown - w.cells_shown / nullif(w.cells_shown + w.cells_withheld, 0)) > 1e-12
        AS offends
FROM {relation} AS w
LEFT JOIN (
    SELECT
        source_family, measure, area_type, geography_vintage, window_type,
        CAST(sum(cells_shown) AS BIGINT) AS shown,
        CAST(sum(cells_suppressed) AS BIGINT) AS withheld
    FROM published.suppression
    GROUP BY ALL
) AS s USING (source_family, measure, area_type, geography_vintage, window_type)
