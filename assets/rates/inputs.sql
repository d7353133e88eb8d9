-- Grain: one row per offending key of a rule: rule, remedy, key. One statement per rule.
-- Inputs: core.observations, core.areas, method_policies.
SELECT
    'the same count occurs twice' AS rule,
    'Keep one row per source family, area, period, measure and stratum; summed, both would count.'
        AS remedy,
    concat_ws(
        ' ', source_family, area_code, geography_vintage, measure, stratum_type, stratum,
        period_start, period_end
    ) AS key
FROM core.observations
GROUP BY
    source_family, area_code, geography_vintage, period_type, period_start, period_end,
    measure, stratum_type, stratum
HAVING count(*) > 1
ORDER BY key;

SELECT
    'areas that core.areas does not know' AS rule,
    'Add them to the geography registry with their boundary set.' AS remedy,
    concat_ws(' ', area_code, 'on', geography_vintage) AS key
FROM (SELECT DISTINCT area_code, geography_vintage FROM core.observations) AS o
ANTI JOIN core.areas AS a USING (area_code, geography_vintage)
ORDER BY key;

SELECT
    'a count is printed but has no value, or has a value but is not printed' AS rule,
    'A count has a value exactly where its status is ok.' AS remedy,
    concat_ws(' ', source_family, area_code, measure, stratum, period_start, status) AS key
FROM core.observations
WHERE (status = 'ok') <> (value IS NOT NULL)
ORDER BY key;

SELECT
    'a count is negative or not a finite number' AS rule,
    'Correct it at the source, or record it as missing.' AS remedy,
    concat_ws(' ', source_family, area_code, measure, stratum, period_start, value) AS key
FROM core.observations
WHERE value < 0 OR NOT isfinite(value)
ORDER BY key;

SELECT
    'a year that is not 1 January to 31 December' AS rule,
    'Give it the period type that it is.' AS remedy,
    concat_ws(' ', source_family, area_code, measure, period_start, period_end) AS key
FROM core.observations
WHERE period_type = 'year'
    AND (
        period_start <> make_date(year(period_end), 1, 1)
        OR period_end <> make_date(year(period_end), 12, 31)
    )
ORDER BY key;

SELECT
    'a series of a country that it is not about' AS rule,
    'Correct the area, or add the country to the series in FAMILY_COUNTRIES with its policy.'
        AS remedy,
    concat_ws(' ', o.source_family, 'in', o.country) AS key
FROM (SELECT DISTINCT source_family, country FROM core.observations) AS o
ANTI JOIN method_policies AS p USING (source_family, country)
ORDER BY key;
