-- rule: HEADLINE-AS-RATES
-- tables: published.headline
-- check: contract
-- severity: critical
-- category: completeness
-- message: Every place and measure with a figure of a year, or of several, has its newest one in
--   headline, as rates has it.
-- remedy: Rebuild the tables with imr run --only '+published/headline'; if it stays, the choice of
--   the newest figure and is_latest of rates differ.
-- keys: measure, place_code, kind
-- grain: newest figure by rates, or row of headline
-- inputs: published.rates
WITH newest AS (
    SELECT
        measure,
        place_code,
        CASE window_type WHEN 'annual' THEN 'annual' ELSE 'several_years' END AS kind,
        max(period_end) AS period_end
    FROM published.rates
    WHERE is_latest AND stratum_type = 'all' AND window_type <> 'rolling_12_month'
    GROUP BY ALL
),

figures AS (
    SELECT h.*, r.rate AS computed, r.is_preferred, r.is_latest
    FROM {relation} AS h
    LEFT JOIN published.rates AS r
        ON r.source_family = h.source_family AND r.measure = h.measure
        AND r.area_code = h.area_code AND r.geography_vintage = h.geography_vintage
        AND r.stratum_type = 'all' AND r.window_type = h.window_type
        AND r.period_start = h.period_start AND r.period_end = h.period_end
)

SELECT
    coalesce(n.measure, f.measure) AS measure,
    coalesce(n.place_code, f.place_code) AS place_code,
    coalesce(n.kind, f.kind) AS kind,
    coalesce(format('{:.10g} of {}', f.rate, f.period), 'no row') AS observed,
    coalesce(
        format('{:.10g}, the newest, to {}', f.computed, n.period_end),
        'a figure that ends ' || n.period_end,
        'no row'
    ) AS expected,
    CASE f.kind
        WHEN 'twelve_months' THEN FALSE
        ELSE n.period_end IS DISTINCT FROM f.period_end
    END
    OR NOT coalesce(
        f.is_preferred AND f.is_latest
        AND abs(f.rate - f.computed) <= 0.5 * pow(10, -f.decimals) + 1e-9, FALSE
    ) AS offends
FROM newest AS n
FULL JOIN figures AS f
    ON f.measure = n.measure AND f.place_code = n.place_code AND f.kind = n.kind
