-- rule: CORE-STRATA
-- tables: core.observations
-- check: plausibility
-- severity: warning
-- category: conservation
-- message: The groups of a characteristic together are not more than the total of the same area and
--   period.
-- remedy: Compare with the extract; groups of two schemes may have been read as one.
-- keys: source_family, area_code, geography_vintage, period_type, period_start, period_end,
--   measure, stratum_type
-- grain: series × area × characteristic beside the total
-- inputs: none
-- Causes are left out: lists of causes overlap, and all births stand beside each cause. So are
-- characteristics that extracts group in several ways at once (weights, weeks, levels), and the
-- origins within Hispanic origin.
SELECT
    s.source_family, s.area_code, s.geography_vintage, s.period_type, s.period_start, s.period_end,
    s.measure, s.stratum_type,
    format('{} groups add up to {:.10g}', s.strata, s.value) AS observed,
    format('at most {:.10g}', t.value) AS expected,
    s.value > t.value + s.strata + 1e-6 AS offends
FROM (
    SELECT
        source_family, area_code, geography_vintage, period_type, period_start, period_end, measure,
        stratum_type,
        count(*) AS strata,
        sum(value) AS value
    FROM {relation}
    WHERE
        stratum_type IN (
            'hispanic_origin', 'race_bridged', 'race_single', 'race_15', 'race_31',
            'race_and_hispanic_origin', 'sex',
            'age_of_mother', 'deprivation_decile', 'marital_status', 'plurality'
        )
        AND stratum NOT IN (
            'mexican', 'puerto_rican', 'cuban', 'central_or_south_american', 'other_hispanic'
        )
        AND status = 'ok'
    GROUP BY ALL
) AS s
JOIN {relation} AS t USING (
    source_family, area_code, geography_vintage, period_type, period_start, period_end, measure
)
WHERE t.stratum_type = 'all' AND t.status = 'ok'
