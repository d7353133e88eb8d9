-- Grain: printed rate, those of Fingertips left out (fingertips_beside_ours), with ours.
-- Inputs: core.printed_rates; relation (rates with their key and status); counted_rates (the
-- rates for which every count is there).
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
--   CUT-OFF                postneonatal rate of 2022 of mothers from the United Kingdom and births
--                          of 2,500 g or more: 173 of 382,553 are 0.452, printed as 0.4, cut off
--                          instead of rounded (ONS child mortality 2022, Table 11).
WITH printed AS (
    SELECT *
    FROM (
        SELECT
            *,
            CASE period_type
                WHEN 'year' THEN 'annual'
                WHEN '12_months_ending' THEN 'rolling_12_month'
                WHEN 'several_years' THEN 'pooled'
            END AS window_type
        FROM core.printed_rates
    )
    WHERE dataset_id <> 'fingertips_infant_mortality'
),

paired AS (
    SELECT
        p.source_family, p.area_code, p.geography_vintage, p.period_start, p.period_end, p.measure,
        p.stratum_type,
        p.stratum, p.dataset_id, p.rate AS printed, p.decimals, r.numerator, r.denominator,
        p.rate_per, r.area_name, p.window_type, 0.5 * pow(10, -p.decimals) + 1e-9 AS half,
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
    * EXCLUDE (half),
    not_compared IS NULL AND coalesce(abs(printed - ours) > half, TRUE) AS differs,
    CASE
        WHEN dataset_id IN ('nchs_rates_1915', 'nchs_rates_by_race_1915')
            AND abs(
                printed - round(ours, CAST(decimals AS INTEGER) + 1)
            ) <= half
            THEN 'ROUNDED-TWICE'
        WHEN dataset_id = 'nchs_vsrr_quarterly' AND abs(printed - ours) <= 0.05 * ours
            THEN 'PROVISIONAL-COUNTS'
        WHEN area_code = 'N92000002' AND abs(printed - ours) <= 0.1 * ours THEN 'OTHER-BIRTHS'
        WHEN stratum = '2500_and_over|united_kingdom'
            AND year(period_end) = 2022
            AND printed = floor(ours * pow(10, decimals)) / pow(10, decimals) THEN 'CUT-OFF'
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
        WHEN 'CUT-OFF' THEN 'The rate is printed cut off after its last decimal, not rounded.'
    END AS reason
FROM paired
