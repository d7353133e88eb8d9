-- Grain: one row per series × month in which a window of 12 months ends, from the first to the last
-- with figures, shown or withheld.
-- Inputs: rate_atoms (period types 12_months_ending, month and quarter).
-- A sum that the producer prints is used as it is; otherwise 12 complete months or 4 complete
-- quarters are summed. Months are numbered year × 12 + month − 1, so that RANGE frames see gaps.
CREATE OR REPLACE TEMP TABLE rate_12_months AS
WITH atoms AS (
    SELECT *, year(period_end) * 12 + month(period_end) - 1 AS month
    FROM rate_atoms
    WHERE period_type IN ('12_months_ending', 'month', 'quarter')
),

steps AS (
    SELECT
        series_id, period_type, month,
        month - lag(month) OVER (PARTITION BY series_id, period_type ORDER BY month) AS step
    FROM atoms
),

-- The ends between the first and the last at the closest spacing that occurs: every month of a
-- monthly series, every quarter of a quarterly one.
spine AS (
    SELECT
        series_id,
        unnest(generate_series(min(month), max(month), coalesce(min(step), 1))) AS month
    FROM steps
    GROUP BY series_id, period_type
    UNION
    SELECT series_id, month FROM steps
),

printed AS (
    SELECT *, 1 AS choice, 1 AS parts, CAST(numerator IS NOT NULL AS BIGINT) AS complete
    FROM atoms
    WHERE period_type = '12_months_ending'
),

-- The last of 12 months ends 11 months after the first, the last of 4 quarters 9.
summed AS (
    SELECT
        series_id, month,
        CASE period_type WHEN 'month' THEN 2 ELSE 3 END AS choice,
        CASE period_type WHEN 'month' THEN 12 ELSE 4 END AS parts,
        sum(numerator) OVER w AS numerator, sum(denominator) OVER w AS denominator,
        least(count(numerator) OVER w, count(denominator) OVER w) AS complete,
        max(withheld) OVER w AS withheld, max(provisional) OVER w AS provisional, reason
    FROM atoms
    WHERE period_type IN ('month', 'quarter')
    WINDOW w AS (
        PARTITION BY series_id, period_type
        ORDER BY month
        RANGE BETWEEN CASE period_type WHEN 'month' THEN 11 ELSE 9 END PRECEDING AND CURRENT ROW
    )
),

candidates AS (
    SELECT
        series_id, month, choice, parts, numerator, denominator, complete, withheld, provisional,
        reason
    FROM printed
    UNION ALL BY NAME
    SELECT * FROM summed
),

chosen AS (
    SELECT *
    FROM candidates
    -- What the producer withholds in print is not rebuilt from parts.
    QUALIFY row_number() OVER (
        PARTITION BY series_id, month
        ORDER BY (complete = parts OR (withheld AND choice = 1)) DESC, choice
    ) = 1
)

SELECT
    s.series_id, s.month,
    coalesce(c.parts, 12) AS parts,
    c.numerator, c.denominator,
    coalesce(c.complete, 0) AS complete,
    c.withheld, c.provisional,
    coalesce(c.reason, CASE WHEN c.month IS NULL THEN 'no figures for the month' END) AS reason
FROM spine AS s
LEFT JOIN chosen AS c USING (series_id, month);

INSERT INTO rate_windows BY NAME
SELECT
    series_id, 'rolling_12_month' AS window_type,
    month AS last_month, 12 AS months, parts, numerator, denominator, complete,
    withheld, provisional, reason, NULL AS mean_ratio
FROM rate_12_months
QUALIFY month
    BETWEEN min(month) FILTER (complete = parts OR withheld) OVER (PARTITION BY series_id)
    AND max(month) FILTER (complete = parts OR withheld) OVER (PARTITION BY series_id);
