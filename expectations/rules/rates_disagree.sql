-- rule: RATES-DISAGREE
-- tables: published.rates
-- check: plausibility
-- severity: info
-- category: disagreement
-- message: Figures that a health department supplied are those of the official series of the same
--   area and year.
-- remedy: Both stand in the release as rows of their own series. Compare how each counts
--   (definition_id, in definitions) before one is used; ask the supplier where they are far apart.
-- keys: source_family, area_code, geography_vintage, measure, stratum_type, stratum, period_start,
--   period_end, official_family
-- grain: shown annual rate of a supplied extract beside the shown one of an official series
-- inputs: none
-- Only what is shown is compared, so that nothing that is withheld is given away here. The table
-- disagreements has all pairs of series that differ.
SELECT
    source_family, area_code, geography_vintage, measure, stratum_type, stratum, period_start,
    period_end, other_family AS official_family,
    format('{:.10g} / {:.10g} = {}', numerator, denominator, rate_text) AS observed,
    format(
        '{:.10g} / {:.10g} = {}', other_numerator, other_denominator, other_text
    ) AS expected,
    differs AS offends
FROM ({series_beside_series})
WHERE source_family = 'state_extract'
    AND other_family <> 'state_extract'
    AND geography_vintage = other_vintage
    AND window_type = 'annual'
    AND other_window = 'annual'
