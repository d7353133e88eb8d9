-- Grain: one row per figure and quantity of it (rate, mean of annual rates, count, count a year)
-- that is within one unit of the stated number, or as near to it as any that is meant as stated.
-- Inputs: figures. Parameters: the number, one unit of it, the denominator units that a rate may
-- refer to, the kinds of quantity to look at, and how many rows to return of either sort.
WITH scales AS (
    SELECT unnest($scales) AS per
),

quantities AS (
    SELECT f.*, 'rate' AS taken_as, s.per,
        s.per * coalesce(f.rate / f.rate_per, CAST(f.numerator / f.denominator AS DOUBLE)) AS value
    FROM figures AS f CROSS JOIN scales AS s
    WHERE 'rate' IN $kinds AND (f.rate IS NOT NULL OR f.denominator > 0)
    UNION ALL BY NAME
    SELECT f.*, 'mean_of_rates' AS taken_as, s.per,
        s.per * CAST(f.mean_of_rates AS DOUBLE) / f.rate_per AS value
    FROM figures AS f CROSS JOIN scales AS s
    WHERE 'rate' IN $kinds AND f.mean_of_rates IS NOT NULL AND f.years > 1
    UNION ALL BY NAME
    SELECT *, 'numerator' AS taken_as, 1 AS per, CAST(numerator AS DOUBLE) AS value
    FROM figures WHERE 'count' IN $kinds AND numerator IS NOT NULL
    UNION ALL BY NAME
    SELECT *, 'one_in' AS taken_as, 1 AS per, CAST(denominator / numerator AS DOUBLE) AS value
    FROM figures WHERE 'one in' IN $kinds AND numerator > 0 AND denominator > 0
    UNION ALL BY NAME
    SELECT *, 'denominator' AS taken_as, 1 AS per, CAST(denominator AS DOUBLE) AS value
    FROM figures WHERE 'count' IN $kinds AND denominator IS NOT NULL
    UNION ALL BY NAME
    SELECT *, 'numerator_a_year' AS taken_as, 1 AS per, CAST(numerator / years AS DOUBLE) AS value
    FROM figures WHERE 'count' IN $kinds AND numerator IS NOT NULL AND years > 1
        AND window_type <> 'rolling_12_month'
),

judged AS (
    SELECT
        *,
        departs_area + departs_measure + departs_stratum + departs_period AS departs,
        abs(value - $number) AS distance,
        years_off
        + CASE basis WHEN 'released' THEN 0 WHEN 'printed' THEN 1 WHEN 'computed' THEN 1 ELSE 3 END
        + CASE taken_as WHEN 'mean_of_rates' THEN 2 WHEN 'denominator' THEN 1 ELSE 0 END
        + CASE WHEN taken_as IN ('rate', 'mean_of_rates') AND per <> rate_per THEN 6 ELSE 0 END
        + CASE WHEN is_preferred THEN 0 ELSE 0.5 END
        + CASE WHEN area_type IN ('country', 'country_group') THEN 0 ELSE 0.1 END
        + 12 * departs_measure + 15 * departs_area + 15 * departs_stratum + 5 * departs_period
            AS cost
    FROM quantities
)

(
    SELECT * FROM judged
    WHERE distance <= $step AND departs <= $most_departs
    ORDER BY cost, distance, source_family, area_set, period_end, period_start,
        taken_as, per, measure, stratum_type, stratum, window_type, geography_vintage, release_order
    LIMIT $most
)
UNION
(
    SELECT * FROM judged
    WHERE departs = 0
        AND (taken_as NOT IN ('rate', 'mean_of_rates') OR per = rate_per OR $per_is_stated)
    ORDER BY distance, cost, source_family, area_set, period_end, period_start,
        taken_as, per, measure, stratum_type, stratum, window_type, geography_vintage, release_order
    LIMIT $nearest
)
UNION
-- Without any figure of what is stated, the nearest of all.
(
    SELECT * FROM judged
    WHERE departs = 1 AND NOT EXISTS (SELECT 1 FROM judged AS j WHERE j.departs = 0)
        AND (taken_as NOT IN ('rate', 'mean_of_rates') OR per = rate_per OR $per_is_stated)
    ORDER BY distance, cost, source_family, area_set, period_end, period_start,
        taken_as, per, measure, stratum_type, stratum, window_type, geography_vintage, release_order
    LIMIT $nearest
)
