-- rule: CORE-CONTRADICTS
-- tables: core.observations
-- check: contract
-- severity: critical
-- category: reconciliation
-- message: Counts that a health department supplied differ from official ones of the same area,
--   year and measure by no more than chance and revision allow, unless a person accepted them with
--   a reason.
-- remedy: Look for another unit, other years or another area in the extract. If its figures are
--   right, take it in with imr ingest FILE --accept 'reason'; otherwise imr withdraw takes it out
--   of use.
-- keys: source_family, area_code, period_start, period_end, measure, stratum_type, stratum,
--   vintage_id
-- grain: supplied count beside the closest official one, and their sums by extract and measure
--   (area '*')
-- inputs: core.vintages
SELECT
    'state_extract' AS source_family, c.area_code, c.period_start, c.period_end, c.measure,
    c.stratum_type, c.stratum,
    c.vintage_id,
    format('supplied {:.10g}', c.value) AS observed,
    format('about {:.10g}, as {} has it', c.official, c.official_family) AS expected,
    c.contradicts AND NOT coalesce(contains(v.note, 'accepted by hand: '), FALSE) AS offends
FROM ({contradictions}) AS c
LEFT JOIN core.vintages AS v USING (vintage_id)
