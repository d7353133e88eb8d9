-- Grain: source_family × area × period × measure × stratum × vintage, counts and printed rates
-- together.
-- Inputs: harmonised_cells (union of the cells of all staging tables), staged_lookup (what its
-- producer declares of a table), measure_lookup, vintage_order, country_lookup, restricted_lookup
-- (public series, series of its restricted extracts).
-- What a restricted extract counts is a series of its own; the rates that it prints are not kept.
-- Areas that the registry does not know are left out where the table declares it; arrival names
-- them.
-- The words for 'zero', 'withheld' and 'meaningless' are the producers' own, over all editions: the
-- ONS prints a count of zero as '-' in its .xls editions; everything else that is not a number
-- stays without one.
WITH marked AS (
    SELECT
        c.*,
        s.areas_left_out,
        lower(trim(coalesce(raw_text, ''), '[] ')) AS mark,
        lower(trim(coalesce(flag_text, ''), '[] ')) = 'u'
        OR coalesce(raw_text ILIKE '%unreliable%', FALSE) AS is_flagged,
        s.dash_is_zero
        AND value IS NULL
        AND trim(coalesce(raw_text, '')) = '-' AS is_dash
    FROM harmonised_cells AS c
    JOIN staged_lookup AS s ON c.staging_table = s.staging_table
)

SELECT
    h.* EXCLUDE (
        source_family, staging_table, column_key, flag_text, value, rates_per, printed_decimals,
        mark, is_flagged, is_dash, areas_left_out
    ),
    coalesce(CASE WHEN v.is_restricted THEN r.restricted END, h.source_family) AS source_family,
    m.kind,
    m.measure,
    coalesce(h.rates_per, CAST(m.rate_per AS BIGINT)) AS rate_per,
    coalesce(h.printed_decimals, CAST(m.decimals AS BIGINT)) AS decimals,
    CASE
        WHEN h.value IS NOT NULL AND m.kind = 'rate' AND h.is_flagged THEN 'unreliable'
        WHEN h.value IS NOT NULL OR (h.is_dash AND m.kind = 'count') THEN 'ok'
        WHEN h.mark IN ('suppressed', 'c', '*') OR h.flag_text ILIKE '%suppressed%'
            THEN 'suppressed'
        WHEN h.mark IN ('z', 'not applicable') THEN 'not_applicable'
        WHEN m.kind = 'rate' AND (h.mark IN ('x', ':', '-', 'unreliable') OR h.is_flagged)
            THEN 'not_calculated'
        ELSE 'missing'
    END AS status,
    CASE WHEN h.is_dash AND m.kind = 'count' THEN 0 ELSE h.value END AS value,
    v.position AS vintage_position,
    v.precedence
FROM marked AS h
JOIN measure_lookup AS m
    ON h.staging_table = m.staging_table AND lower(h.column_key) = lower(m.column_key)
JOIN vintage_order AS v ON h.vintage_id = v.vintage_id
LEFT JOIN restricted_lookup AS r ON h.source_family = r.source_family
WHERE (NOT h.areas_left_out OR h.area_code IN (SELECT c.area_code FROM country_lookup AS c))
    AND (v.is_restricted IS NOT TRUE OR m.kind <> 'rate')
