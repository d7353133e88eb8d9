-- Grain: measure × window × area × pair of groups, before what needs quantiles.
-- Inputs: rates.rates, method_references, method_policies.
-- Rate ratio on the log scale, rate difference by Wald; births vary too in NCHS series (1), and of
-- a share those with the trait are part of its births (-1).
CREATE OR REPLACE TEMP TABLE disparity_pairs AS
WITH grouped AS (
    SELECT
        r.*,
        coalesce(m.place, 0) AS place,
        CASE p.interval WHEN 'nchs' THEN 1 WHEN 'wilson' THEN -1 ELSE 0 END AS births_vary
    FROM rates.rates AS r
    JOIN method_policies AS p
        ON p.source_family = r.source_family AND p.country = r.country
        AND p.measure = r.measure
        AND r.period_end BETWEEN CAST(p.effective_from AS DATE) AND CAST(p.effective_to AS DATE)
    LEFT JOIN method_references AS m
        ON m.stratum_type = r.stratum_type
        AND m.label = regexp_replace(lower(trim(r.stratum)), '[^a-z0-9]+', '_', 'g')
    WHERE r.stratum_type IN (SELECT stratum_type FROM method_references)
),

reference AS (
    SELECT *
    FROM grouped
    WHERE place > 0
    QUALIFY row_number() OVER (
        PARTITION BY
            source_family, measure, area_code, geography_vintage, stratum_type, window_type,
            period_start, period_end
        ORDER BY place
    ) = 1
),

paired AS (
    SELECT
        g.source_family, g.country, g.area_code, g.area_name, g.area_type, g.geography_vintage,
        g.measure, g.stratum_type, g.stratum, r.stratum AS reference_stratum,
        g.window_type, g.period_start, g.period_end, g.period, g.rate_per, g.births_vary,
        CASE
            WHEN 'series_break' IN (g.value_status, r.value_status) THEN 'series_break'
            WHEN 'suppressed' IN (g.value_status, r.value_status) THEN 'suppressed'
            WHEN 'missing' IN (g.value_status, r.value_status) THEN 'missing'
            WHEN 'incomplete_window' IN (g.value_status, r.value_status) THEN 'incomplete_window'
            WHEN 'unreliable' IN (g.value_status, r.value_status) THEN 'unreliable'
            ELSE 'ok'
        END AS value_status,
        g.numerator AS own_d1, g.denominator AS own_b1, r.numerator AS own_d0,
        r.denominator AS own_b0, t.numerator AS own_d, t.denominator AS own_b
    FROM grouped AS g
    JOIN reference AS r USING (
        source_family, measure, area_code, geography_vintage, stratum_type, window_type,
        period_start, period_end
    )
    LEFT JOIN rates.rates AS t
        ON t.stratum_type = 'all' AND t.source_family = g.source_family
        AND t.measure = g.measure AND t.area_code = g.area_code
        AND t.geography_vintage = g.geography_vintage AND t.window_type = g.window_type
        AND t.period_start = g.period_start AND t.period_end = g.period_end
    WHERE g.stratum <> r.stratum
),

shown AS (
    SELECT
        * EXCLUDE (own_d1, own_b1, own_d0, own_b0, own_d, own_b),
        value_status IN ('ok', 'unreliable') AS is_shown,
        CASE WHEN is_shown THEN own_d1 END AS d1, CASE WHEN is_shown THEN own_b1 END AS b1,
        CASE WHEN is_shown THEN own_d0 END AS d0, CASE WHEN is_shown THEN own_b0 END AS b0,
        CASE WHEN is_shown THEN own_d END AS d, CASE WHEN is_shown THEN own_b END AS b
    FROM paired
)

SELECT
    row_number() OVER () AS pair_id,
    *,
    rate_per * d1 / b1 AS rate,
    rate_per * d0 / b0 AS reference_rate,
    CASE WHEN d0 > 0 THEN (d1 / b1) / (d0 / b0) END AS rate_ratio,
    CASE
        WHEN d0 > 0 AND d1 > 0 THEN sqrt(
            1 / d1 + 1 / d0 + births_vary * (1 / b1 + 1 / b0)
        )
    END AS ratio_error,
    rate - reference_rate AS rate_difference,
    sqrt(
        rate * rate * (CASE WHEN d1 > 0 THEN 1 / d1 ELSE 0 END
            + births_vary / b1)
        + reference_rate * reference_rate * (CASE WHEN d0 > 0 THEN 1 / d0 ELSE 0 END
            + births_vary / b0)
    ) AS difference_error,
    d1 - b1 * (d0 / b0) AS excess_deaths,
    CASE WHEN d1 + d0 > 0 THEN excess_deaths / (d1 + d0) END AS attributable_fraction,
    CASE WHEN d > 0 AND d1 <= d THEN d1 / d END AS share_of_deaths,
    CASE WHEN b > 0 AND b1 <= b THEN b1 / b END AS share_of_births
FROM shown;
