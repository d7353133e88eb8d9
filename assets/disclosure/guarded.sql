-- Grain: one row per rate of the series whose small counts are withheld here, key first, counts
-- last.
-- Inputs: rates.rates, disclosure_guarded (those series).
SELECT
    r.source_family,
    r.measure,
    r.area_code,
    r.geography_vintage,
    r.stratum_type,
    r.stratum,
    r.window_type,
    r.period_start,
    r.period_end,
    CASE WHEN r.value_status IN ('ok', 'unreliable') THEN r.numerator END AS numerator,
    CASE WHEN r.value_status IN ('ok', 'unreliable') THEN r.denominator END AS denominator
FROM rates.rates AS r
JOIN disclosure_guarded AS g USING (source_family)
ORDER BY ALL
