-- rule: RECONCILE-PRINTED
-- tables: rates.rates
-- check: contract
-- severity: critical
-- category: reconciliation
-- message: Wherever a producer prints a rate for counts that are here, ours is the same to half a
--   unit of the last printed place, or the difference has a known reason.
-- remedy: Compare with the extract: a rate under the wrong heading, other births as denominator, or
--   a misprint, which is waived with the page as evidence.
-- keys: source_family, area_code, geography_vintage, period_start, period_end, measure,
--   stratum_type, stratum, dataset_id
-- grain: printed rate, those of Fingertips left out (RECONCILE-FINGERTIPS)
-- inputs: core.printed_rates, core.observations
-- Ties are rounded either way by the producers, so half a unit is allowed in full. Counts are
-- looked up apart from our rates, so that a rate which we fail to compute is a difference and no
-- excuse. Known reasons are found in the row:
--   ROUNDED-TWICE          a series since 1915: printed is ours rounded to one decimal more, then
--                          to its own, ties either way. 6.8522 became 6.85 and 6.8 (2003), 6.1474
--                          6.15 and 6.2 (2010). Inferred from the figures.
--   PROVISIONAL-COUNTS     an estimate of a quarter, within 5 % of the quotient of provisional
--                          counts. NCHS rounds these, and they may differ from final ones by about
--                          5 % (Population Reference Bureau). Estimates of 2018 and 2019 differ by
--                          up to 1.8 %.
--   OTHER-BIRTHS           a rate of Northern Ireland, within a tenth: its office prints some on
--                          other births than stand beside them. Of 2021 the stillbirth rate is 4.0,
--                          89 of 22,160 births registered, beside births of 20,108; of 2020 five
--                          rates are up to 2.5 % lower (ONS child mortality, Table 2, as copied).
WITH printed AS (
    SELECT *
    FROM ({printed_windows})
    WHERE dataset_id <> 'fingertips_infant_mortality'
),

paired AS (
    SELECT
        p.source_family, p.area_code, p.geography_vintage, p.period_start, p.period_end, p.measure,
        p.stratum_type,
        p.stratum, p.dataset_id, p.rate AS printed, p.decimals, r.numerator, r.denominator,
        p.rate_per,
        r.rate * p.rate_per / r.rate_per AS ours,
        CASE
            WHEN p.status NOT IN ('ok', 'unreliable') THEN 'printed as ' || p.status
            WHEN p.window_type IS NULL THEN 'for periods without a rate of ours'
            WHEN r.rate IS NULL AND c.measure IS NULL THEN 'without the counts'
        END AS not_compared
    FROM printed AS p
    LEFT JOIN {relation} AS r USING (
        source_family, area_code, geography_vintage, window_type, period_start, period_end, measure,
        stratum_type, stratum
    )
    LEFT JOIN ({counted_rates}) AS c
        ON p.source_family = c.source_family
        AND p.area_code = c.area_code
        AND p.geography_vintage = c.geography_vintage
        AND p.period_type = c.period_type
        AND p.period_start = c.period_start
        AND p.period_end = c.period_end
        AND p.measure = c.measure
        AND p.stratum_type = c.stratum_type
        AND p.stratum = c.stratum
        AND c.denominator > 0
)

SELECT
    source_family, area_code, geography_vintage, period_start, period_end, measure, stratum_type,
    stratum, dataset_id,
    format('printed {:.10g}', printed) AS observed,
    coalesce(
        format('{:.6f} = {} × {:.10g} / {:.10g}', ours, rate_per, numerator, denominator),
        'no rate of ours'
    ) AS expected,
    round(printed - ours, 6) AS difference,
    not_compared,
    CASE
        WHEN dataset_id IN ('nchs_rates_1915', 'nchs_rates_by_race_1915')
            AND abs(
                printed - round(ours, CAST(decimals AS INTEGER) + 1)
            ) <= 0.5 * pow(10, -decimals) + 1e-9
            THEN 'ROUNDED-TWICE'
        WHEN dataset_id = 'nchs_vsrr_quarterly' AND abs(printed - ours) <= 0.05 * ours
            THEN 'PROVISIONAL-COUNTS'
        WHEN area_code = 'N92000002' AND abs(printed - ours) <= 0.1 * ours THEN 'OTHER-BIRTHS'
    END AS explained_by,
    CASE explained_by
        WHEN 'ROUNDED-TWICE'
            THEN 'Ours, rounded to one decimal more first and then to the decimals printed, is the '
                || 'printed rate.'
        WHEN 'PROVISIONAL-COUNTS'
            THEN 'NCHS estimates the rate from other provisional records than the rounded counts '
                || 'that it publishes.'
        WHEN 'OTHER-BIRTHS'
            THEN 'The office of Northern Ireland prints the rate on other births than those beside '
                || 'it.'
    END AS reason,
    not_compared IS NULL
    AND coalesce(abs(printed - ours) > 0.5 * pow(10, -decimals) + 1e-9, TRUE) AS offends
FROM paired
