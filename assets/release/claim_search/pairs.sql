-- Grain: one row per pair of figures and way of comparing them (ratio, change or excess in per
-- cent, each of exact rates and of rates as printed) that is near the stated number.
-- Inputs: figures; asked_sides (side 1 and 2 with the strata on it). Parameters: whether a change
-- in time or a ratio of groups is asked for, the stated periods of a change (the earlier and the
-- later one, or null), the unit of the ratio, the number and one unit of it, and how many rows to
-- return. A pair is of one series, area set, boundary set and measure: neither definition nor
-- places change. The two periods of a change are equally long.
WITH shown AS (
    SELECT * FROM figures
    WHERE basis IN ('released', 'computed') AND departs_area + departs_measure = 0
        AND (rate > 0 OR (numerator > 0 AND denominator > 0))
),

rated AS (
    SELECT
        * EXCLUDE (rate),
        coalesce(rate, CAST(rate_per * numerator / denominator AS DOUBLE)) AS rate,
        row_number() OVER (
            PARTITION BY source_family, geography_vintage, measure, stratum_type, stratum, area_set,
                period_start, period_end
            ORDER BY window_type = 'pooled', window_type
        ) AS choice
    FROM shown
),

pairs AS (
    SELECT
        n.*, o.rate AS other_rate, o.numerator AS other_numerator,
        o.denominator AS other_denominator, o.stratum AS other_stratum,
        o.period_start AS other_start, o.period_end AS other_end,
        o.window_type AS other_window, o.basis AS other_basis,
        CASE
            WHEN $asks = 'ratio' THEN 0
            ELSE abs(n.period_start - CAST($new_start AS DATE))
                + abs(o.period_start - coalesce(CAST($old_start AS DATE), n.period_start))
                + abs(n.period_end - CAST($new_end AS DATE))
                + abs(o.period_end - coalesce(CAST($old_end AS DATE), n.period_end))
        END / 365.25 AS off
    FROM rated AS n
    JOIN rated AS o USING (source_family, geography_vintage, measure, stratum_type, area_set)
    WHERE n.choice = 1 AND o.choice = 1
        AND CASE
            WHEN $asks = 'change' THEN
                n.stratum = o.stratum AND n.departs_stratum = 0 AND o.period_end < n.period_end
                AND o.period_start < n.period_start AND o.years = n.years
                AND (n.window_type = 'rolling_12_month') = (o.window_type = 'rolling_12_month')
            ELSE
                n.period_start = o.period_start AND n.period_end = o.period_end
                AND (n.stratum_type, n.stratum) IN (
                    SELECT (stratum_type, stratum) FROM asked_sides WHERE side = 1
                )
                AND (o.stratum_type, o.stratum) IN (
                    SELECT (stratum_type, stratum) FROM asked_sides WHERE side = 2
                )
        END
),

compared AS (
    SELECT *, 'exact' AS rounded, rate / other_rate AS ratio FROM pairs
    UNION ALL BY NAME
    SELECT *, 'one_decimal' AS rounded, round(rate, 1) / round(other_rate, 1) AS ratio
    FROM pairs WHERE round(other_rate, 1) > 0
    UNION ALL BY NAME
    SELECT *, 'two_decimals' AS rounded, round(rate, 2) / round(other_rate, 2) AS ratio
    FROM pairs WHERE round(other_rate, 2) > 0
),

valued AS (
    SELECT
        * EXCLUDE (departs_period),
        CASE WHEN $unit = 'percent' THEN 'percent' ELSE 'ratio' END AS taken_as,
        CASE WHEN $unit = 'percent' THEN 100 * (ratio - 1) ELSE ratio END AS value,
        CASE
            WHEN $asks = 'ratio' THEN departs_period
            WHEN $new_start IS NULL THEN 0
            WHEN period_start = CAST($new_start AS DATE) AND period_end = CAST($new_end AS DATE)
                AND (
                    CAST($old_start AS DATE) IS NULL
                    OR other_start = CAST($old_start AS DATE)
                    AND other_end = CAST($old_end AS DATE)
                )
                THEN 0
            ELSE 1
        END AS departs_period
    FROM compared
)

SELECT
    *,
    departs_period AS departs,
    abs(value - $number) AS distance,
    CASE WHEN $asks = 'ratio' THEN years_off ELSE coalesce(off, 0) END
    + CASE rounded WHEN 'exact' THEN 0 WHEN 'two_decimals' THEN 1.5 ELSE 2 END
    + CASE WHEN basis = 'released' AND other_basis = 'released' THEN 0 ELSE 1 END
    + CASE WHEN is_preferred THEN 0 ELSE 0.5 END
    + 5 * departs_period AS cost
FROM valued
WHERE abs(value - $number) <= $step OR (departs_period = 0 AND rounded = 'exact')
ORDER BY
    abs(value - $number) > $step, cost, distance, source_family, area_set, period_end,
    period_start, other_end, other_start, stratum_type, stratum, other_stratum, rounded
LIMIT $most
