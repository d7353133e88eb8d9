-- Grain: vintage × row × measured column of Table 1 (national series) of a child mortality
-- workbook.
-- Inputs: the table that is checked (staging.ons_child_mortality). Headers are compared in small
-- letters, without runs of spaces; editions with stacked headers print 'Births' above the first
-- two.
SELECT
    dataset_id,
    vintage_id,
    edition,
    year,
    source_sheet,
    source_row,
    regexp_replace(
        trim(regexp_replace(replace(lower(source_column), '–', '-'), '\s+', ' ', 'g')),
        '^births \| ', ''
    ) AS header,
    value,
    raw_text
FROM {relation}
WHERE table_number = '1'
