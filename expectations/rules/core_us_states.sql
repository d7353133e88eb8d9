-- rule: CORE-US-STATES
-- tables: core.observations
-- check: plausibility
-- severity: warning
-- category: completeness
-- message: In every year of which most states are there, the linked file has births and infant
--   deaths, or their status, of all 50 states and the District of Columbia.
-- remedy: Look for the state in the extract; a state that the producer left out is waived by area
--   and year. Nothing else stands on it: what disappeared since the last run is found by the
--   coverage rules.
-- keys: source_family, area_code, measure, period_start
-- grain: year × state × measure
-- inputs: none
-- An export of one state, or of some, is no year of which states are missing.
WITH states AS (
    SELECT unnest(string_split(
        'AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT'
        || ' NE NV NH NJ NM NY NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY',
        ' '
    )) AS postal
),

present AS (
    SELECT area_code, measure, period_start
    FROM {relation}
    WHERE source_family = 'nchs_linked'
        AND period_type = 'year'
        AND stratum_type = 'all'
        AND measure IN ('infant_deaths', 'live_births')
        AND area_code IN (SELECT 'US-' || postal FROM states)
),

years AS (
    SELECT year(period_start) AS year
    FROM present
    GROUP BY year(period_start)
    HAVING count(DISTINCT area_code) > 25
)

SELECT
    'nchs_linked' AS source_family,
    'US-' || s.postal AS area_code,
    m.measure,
    make_date(y.year, 1, 1) AS period_start,
    CASE WHEN p.area_code IS NULL THEN 'no row' ELSE 'a row' END AS observed,
    'a row' AS expected,
    p.area_code IS NULL AS offends
FROM years AS y
CROSS JOIN states AS s
CROSS JOIN (VALUES ('infant_deaths'), ('live_births')) AS m (measure)
LEFT JOIN present AS p
    ON p.area_code = 'US-' || s.postal
    AND p.measure = m.measure
    AND p.period_start = make_date(y.year, 1, 1)
