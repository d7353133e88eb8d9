-- Grain: one row per rate of the series whose small counts are withheld here: key, counts, and
-- whether the supplier withheld the figure from us. A row that says that nobody was born says that
-- both of its counts are zero.
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
    CASE
        WHEN r.value_status IN ('ok', 'unreliable') THEN r.numerator
        WHEN r.status_reason = 'no births' THEN 0
    END AS numerator,
    CASE
        WHEN r.value_status IN ('ok', 'unreliable') THEN r.denominator
        WHEN r.status_reason = 'no births' THEN 0
    END AS denominator,
    r.value_status = 'suppressed' AS is_withheld_by_supplier,
    coalesce(r.status_reason = 'no births', FALSE) AS is_nobody
FROM rates.rates AS r
JOIN disclosure_guarded AS g USING (source_family)
ORDER BY ALL
