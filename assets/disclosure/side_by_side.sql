-- Grain: one row per series with figures below the nation that could give another one away.
-- Inputs: rates.rates; disclosure_side_by_side (series whose tables are looked at side by side).
-- Totals of areas alone, none of them withheld, say nothing that the producer does not print.
SELECT DISTINCT r.source_family
FROM rates.rates AS r
JOIN disclosure_side_by_side AS s USING (source_family)
WHERE r.area_type NOT IN ('country', 'country_group')
    AND (r.stratum_type <> 'all' OR r.value_status = 'suppressed')
ORDER BY ALL
