-- Grain: shown rate of one year beside the shown rate of another series, or of another boundary
-- set, for the same area, measure, group and period; each pair from both sides.
-- Inputs: relation (rates after disclosure control).
-- Windows of several years are sums of those, so that their differences are the same once more.
WITH shown AS (
    SELECT *
    FROM {relation}
    WHERE value_status IN ('ok', 'unreliable')
        AND window_type IN ('annual', 'rolling_12_month')
)

SELECT
    s.source_family, s.country, s.area_code, s.area_name, s.area_type, s.geography_vintage,
    s.measure, s.stratum_type, s.stratum, s.window_type, s.period_start, s.period_end, s.period,
    s.is_preferred, s.is_provisional, s.definition_id, s.numerator, s.denominator, s.rate,
    s.rate_per, s.rate_text,
    o.source_family AS other_family, o.geography_vintage AS other_vintage,
    o.window_type AS other_window, o.is_provisional AS other_is_provisional,
    o.definition_id AS other_definition_id, o.numerator AS other_numerator,
    o.denominator AS other_denominator, o.rate AS other_rate, o.rate_text AS other_text,
    s.numerator <> o.numerator OR s.denominator <> o.denominator AS differs
FROM shown AS s
JOIN shown AS o
    ON o.area_code = s.area_code AND o.measure = s.measure
    AND o.stratum_type = s.stratum_type AND o.stratum = s.stratum
    AND o.period_start = s.period_start AND o.period_end = s.period_end
    AND (o.source_family <> s.source_family OR o.geography_vintage <> s.geography_vintage)
