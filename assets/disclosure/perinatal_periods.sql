-- Grain: one row per row of rates.perinatal_periods, with the status after disclosure control.
-- Inputs: rates.perinatal_periods, disclosure_decisions. The four cells add up to a rate that is
-- public, and each is a sum over groups of birth weight: one withheld group or total of that year,
-- of either population, withholds all of them.
WITH withheld AS (
    SELECT DISTINCT source_family, area_code, window_type, period_end
    FROM disclosure_decisions
    WHERE withheld_here
        AND (
            stratum_type = 'all'
            OR list_contains(string_split(stratum_type, '|'), 'birth_weight')
        )
)

SELECT
    p.*,
    CASE
        WHEN p.value_status IN ('ok', 'unreliable') AND EXISTS (
            SELECT 1
            FROM withheld AS w
            WHERE w.source_family = p.source_family AND w.area_code = p.area_code
                AND w.window_type = p.window_type
                AND w.period_end IN (p.period_end, p.reference_period_end)
        ) THEN 'suppressed'
        ELSE p.value_status
    END AS published_status
FROM rates.perinatal_periods AS p
