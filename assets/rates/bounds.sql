-- Grain: one row per series from a week of gestation on × window with a number: the rates that
-- unknown weeks allow, and the share of the deaths without a known week.
-- Inputs: rate_values, rate_atoms, rate_unknown. A figure that the producer prints for several
-- years has the unknown weeks that are printed beside it, a sum of years those of its years. Sets
-- value_status of rate_values to unreliable where more than a tenth of the deaths has no known
-- week. The bounds are sharp: only those who died move in the numerator, and what moves in it moves
-- in the denominator too, but for deaths that are linked to no birth, whose births are counted
-- already.
CREATE OR REPLACE TEMP TABLE rate_bounds AS
WITH summed AS (
    SELECT
        v.series_id, v.window_type, v.last_month, v.months, v.rate_per, v.numerator, v.denominator,
        u.period_type, u.is_bounded,
        sum(u.unknown_deaths) / 1e6 AS unknown_deaths,
        sum(u.unlinked_deaths) / 1e6 AS unlinked_deaths,
        sum(u.unknown_births) / 1e6 AS unknown_births,
        CASE WHEN count(u.known_deaths) = count(*) THEN sum(u.known_deaths) / 1e6 END
            AS known_deaths
    FROM rate_values AS v
    LEFT JOIN rate_atoms AS a
        ON a.series_id = v.series_id AND a.period_type = 'several_years'
        AND a.period_start = v.period_start AND a.period_end = v.period_end
        AND a.numerator = round(v.numerator * 1e6) AND a.denominator = round(v.denominator * 1e6)
    JOIN rate_unknown AS u
        ON u.series_id = v.series_id
        AND u.period_start >= v.period_start AND u.period_end <= v.period_end
        AND CASE
            WHEN v.window_type = 'rolling_12_month'
                THEN u.period_type IN ('12_months_ending', 'month', 'quarter')
            WHEN v.window_type = 'pooled' AND a.series_id IS NOT NULL
                THEN u.period_type = 'several_years'
            ELSE u.period_type = 'year'
        END
    WHERE v.value_status IN ('ok', 'unreliable')
    GROUP BY ALL
    HAVING sum(date_diff('month', u.period_start, u.period_end) + 1) = v.months
        AND count(u.unknown_deaths) = count(*)
        AND count(u.unlinked_deaths) = count(*)
        AND count(u.unknown_births) = count(*)
)

SELECT
    series_id, window_type, last_month, months,
    CASE
        WHEN is_bounded
            THEN rate_per * numerator / (denominator + unknown_births - unknown_deaths)
    END AS bound_lower,
    CASE
        WHEN is_bounded
            THEN rate_per * (numerator + unknown_deaths + unlinked_deaths)
                / (denominator + unknown_deaths)
    END AS bound_upper,
    (unknown_deaths + unlinked_deaths)
        / nullif(known_deaths + unknown_deaths + unlinked_deaths, 0) AS share_unknown
FROM summed
QUALIFY row_number() OVER (
    PARTITION BY series_id, window_type, last_month, months ORDER BY period_type
) = 1;

UPDATE rate_values AS v
SET
    value_status = 'unreliable',
    status_reason = coalesce(v.status_reason || '; ', '') || format(
        'unknown_weeks: {:.1f} percent of the deaths have no known week of gestation '
        || '(more than 10)',
        100 * b.share_unknown
    )
FROM rate_bounds AS b
WHERE b.series_id = v.series_id AND b.window_type = v.window_type
    AND b.last_month = v.last_month AND b.months = v.months
    AND b.share_unknown > 0.1;
