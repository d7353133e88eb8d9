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
-- Only what is shown is compared, so that nothing that is withheld is given away here.
SELECT
    s.source_family, s.area_code, s.geography_vintage, s.measure, s.stratum_type, s.stratum,
    s.period_start,
    s.period_end, o.source_family AS official_family,
    format('{:.10g} / {:.10g} = {}', s.numerator, s.denominator, s.rate_text) AS observed,
    format('{:.10g} / {:.10g} = {}', o.numerator, o.denominator, o.rate_text) AS expected,
    s.numerator <> o.numerator OR s.denominator <> o.denominator AS offends
FROM {relation} AS s
JOIN {relation} AS o USING (
    area_code, geography_vintage, measure, stratum_type, stratum, window_type, period_start,
    period_end
)
WHERE s.source_family = 'state_extract'
    AND o.source_family <> 'state_extract'
    AND s.window_type = 'annual'
    AND s.value_status IN ('ok', 'unreliable')
    AND o.value_status IN ('ok', 'unreliable')
