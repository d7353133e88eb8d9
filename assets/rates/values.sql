-- Grain: one row per series × window with its status and, where it may carry numbers, its rate.
-- Inputs: rate_windows, rate_series, rate_atoms, core.series_breaks, rate_week_breaks,
-- method_measures, method_policies.
-- Status, strongest first: a window over a break is no figure of either side; a withheld part
-- withholds the sum; an absent part leaves the window incomplete. A window is over a break only
-- where the series has figures, shown or withheld, on both sides of it: before its first year a
-- series has nothing that another definition could have counted. Over no births nothing can be
-- divided: the row is missing.
CREATE OR REPLACE TEMP TABLE rate_breaks AS
SELECT
    s.series_id, b.first_year,
    'the window straddles a break in ' || b.first_year || ': ' || any_value(b.reason) AS reason
FROM core.series_breaks AS b
JOIN rate_series AS s
    ON s.source_family = b.source_family AND s.measure = b.measure
    AND (b.area_code = '*' OR b.area_code = s.area_code)
GROUP BY s.series_id, b.first_year
UNION ALL
SELECT
    series_id, first_year,
    'the window straddles a break in ' || first_year || ': ' || reason
FROM rate_week_breaks;

-- Windows with their first and last day.
CREATE OR REPLACE TEMP VIEW rate_dated AS
SELECT
    *,
    make_date((last_month - months + 1) // 12, (last_month - months + 1) % 12 + 1, 1)
        AS period_start,
    last_day(make_date(last_month // 12, last_month % 12 + 1, 1)) AS period_end
FROM rate_windows;

CREATE OR REPLACE TEMP TABLE rate_broken AS
WITH over AS (
    SELECT
        w.series_id, w.last_month, w.months, w.period_start, w.period_end, b.first_year, b.reason
    FROM rate_dated AS w
    JOIN rate_breaks AS b USING (series_id)
    WHERE b.first_year > year(w.period_start) AND b.first_year <= year(w.period_end)
),

held AS (
    SELECT a.series_id, a.period_start, a.period_end
    FROM rate_atoms AS a
    SEMI JOIN rate_breaks AS b USING (series_id)
    WHERE a.withheld OR (a.numerator IS NOT NULL AND a.denominator IS NOT NULL)
),

straddled AS (
    SELECT o.series_id, o.last_month, o.months, o.first_year, any_value(o.reason) AS reason
    FROM over AS o
    JOIN held AS h
        ON h.series_id = o.series_id
        AND h.period_start <= o.period_end AND h.period_end >= o.period_start
    GROUP BY ALL
    HAVING min(year(h.period_start)) < o.first_year AND max(year(h.period_end)) >= o.first_year
)

SELECT series_id, last_month, months, min_by(reason, first_year) AS reason
FROM straddled
GROUP BY ALL;

CREATE OR REPLACE TEMP TABLE rate_groups AS
SELECT
    series_id,
    -- Nations are not a population of areas, declared regions overlap, and what is left of a state
    -- beside its identified counties is no county. Shares are no rates of rare events: the funnel
    -- and the stabilised rate are made for those.
    CASE WHEN area_type NOT IN (
            'country', 'country_group', 'custom_region', 'outside_area', 'unidentified_counties'
        )
        AND measure NOT IN (SELECT m.measure FROM method_measures AS m WHERE m.is_share)
        THEN dense_rank() OVER (
            ORDER BY
                source_family, measure, area_type, geography_vintage, stratum_type, stratum
        )
    END AS group_id
FROM rate_series;

CREATE OR REPLACE TEMP TABLE rate_values AS
WITH ruled AS (
    SELECT
        s.series_id, g.group_id, p.decimals, p.scale, p.interval, p.unreliable_below, p.reason,
        p.not_calculated_below, p.not_calculated_reason, m.rate_per, m.banded,
        CAST(p.effective_from AS DATE) AS effective_from,
        CAST(p.effective_to AS DATE) AS effective_to
    FROM rate_series AS s
    JOIN method_policies AS p USING (source_family, country, measure)
    JOIN method_measures AS m USING (measure)
    JOIN rate_groups AS g USING (series_id)
),

dated AS (
    SELECT
        * EXCLUDE (numerator, denominator),
        numerator AS numerator_micro,
        denominator AS denominator_micro
    FROM rate_dated
),

judged AS (
    SELECT
        d.*, r.* EXCLUDE (series_id, reason), r.reason AS unreliable_reason,
        b.reason AS broken_reason,
        CASE
            WHEN b.reason IS NOT NULL THEN 'series_break'
            WHEN d.withheld THEN 'suppressed'
            WHEN d.complete < d.parts AND d.parts = 1 THEN 'missing'
            WHEN d.complete < d.parts THEN 'incomplete_window'
            WHEN d.denominator_micro = 0 THEN 'missing'
            WHEN d.numerator_micro < r.unreliable_below * 1000000 THEN 'unreliable'
            ELSE 'ok'
        END AS value_status
    FROM dated AS d
    JOIN ruled AS r
        ON r.series_id = d.series_id
        AND d.period_end BETWEEN r.effective_from AND r.effective_to
    LEFT JOIN rate_broken AS b
        ON b.series_id = d.series_id AND b.last_month = d.last_month AND b.months = d.months
)

SELECT
    series_id, group_id, window_type, last_month, months, period_start, period_end,
    value_status, interval, rate_per, banded,
    coalesce(provisional, FALSE) AS is_provisional,
    CASE value_status
        WHEN 'series_break' THEN broken_reason
        WHEN 'suppressed'
            THEN coalesce(reason, 'the producer withholds a count within the window')
        WHEN 'missing' THEN CASE WHEN complete = parts THEN 'no births' ELSE reason END
        WHEN 'incomplete_window' THEN format(
            '{} of {} periods have figures{}', complete, parts, coalesce('; last: ' || reason, '')
        )
        WHEN 'unreliable' THEN CASE
            WHEN numerator_micro < not_calculated_below * 1000000 THEN not_calculated_reason
            ELSE unreliable_reason
        END
    END AS status_reason,
    CASE WHEN value_status IN ('ok', 'unreliable') THEN numerator_micro / 1e6 END AS numerator,
    CASE WHEN value_status IN ('ok', 'unreliable') THEN denominator_micro / 1e6 END AS denominator,
    rate_per * numerator / denominator AS rate,
    CASE
        WHEN value_status IN ('ok', 'unreliable')
            AND window_type NOT IN ('annual', 'rolling_12_month')
            THEN rate_per * mean_ratio
    END AS mean_of_rates,
    -- Whole-number arithmetic, so that a tie is a tie whatever its nearest double is.
    CASE
        WHEN value_status IN ('ok', 'unreliable')
            THEN (2 * CAST(numerator_micro AS HUGEINT) * rate_per * scale + denominator_micro)
                // (2 * CAST(denominator_micro AS HUGEINT))
    END AS display_units,
    decimals,
    scale,
    -- Count whose limits are joined; NCHS from 100 deaths needs none.
    CASE
        WHEN numerator IS NULL OR interval = 'wilson' THEN NULL
        WHEN interval = 'ohid' THEN numerator
        WHEN numerator >= 100 THEN NULL
        WHEN numerator = 0 THEN 0
        WHEN interval = 'nchs_fixed' THEN greatest(round(numerator), 1)
        ELSE greatest(round(numerator * denominator / (numerator + denominator)), 1)
    END AS limit_count,
    CASE WHEN interval = 'ohid' THEN 'ohid' ELSE 'gamma' END AS limit_kind
FROM judged;

DROP VIEW rate_dated;

-- A window with a year without births is the sum of its other years. So only once sums are divided
-- is it told between which days such a series has figures; what lies outside is no row, and of a
-- series that never has a figure the last year alone.
DELETE FROM rate_values AS v
USING (
    SELECT
        series_id, window_type = 'rolling_12_month' AS of_months,
        min(period_start) FILTER (value_status IN ('ok', 'unreliable', 'suppressed')) AS first_day,
        max(period_end) FILTER (value_status IN ('ok', 'unreliable', 'suppressed')) AS last_day,
        max(last_month) AS last_month
    FROM rate_values
    WHERE series_id IN (SELECT a.series_id FROM rate_atoms AS a WHERE a.denominator = 0)
    GROUP BY ALL
) AS s
WHERE v.series_id = s.series_id
    AND (v.window_type = 'rolling_12_month') = s.of_months
    AND v.value_status NOT IN ('ok', 'unreliable', 'suppressed')
    AND NOT coalesce(
        v.period_start >= s.first_day AND v.period_end <= s.last_day,
        v.months = 12 AND v.last_month = s.last_month
    );
