-- rule: STAGING-TABLE-1-COUNTS
-- tables: staging.ons_child_mortality
-- check: contract
-- severity: critical
-- category: completeness
-- message: Every count of the national series (Table 1) is a number.
-- remedy: Look at the cell in the workbook; a figure that ONS does not print is waived by year and
--   column.
-- keys: dataset_id, year, header
-- grain: year × count column of Table 1, per vintage
-- inputs: none
-- Deaths linked to births are left out: linkage began later than the series.
SELECT
    dataset_id, vintage_id, year, header,
    format(
        '{} at row {} of sheet {}', coalesce(raw_text, 'an empty cell'), source_row, source_sheet
    ) AS observed,
    'a number' AS expected,
    value IS NULL AS offends
FROM ({first_table_cells}) AS c
WHERE header NOT LIKE '%rate%' AND header NOT LIKE '%indicator%' AND header NOT LIKE '%linked%'
