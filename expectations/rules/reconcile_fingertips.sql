-- rule: RECONCILE-FINGERTIPS
-- tables: rates.rates
-- check: contract
-- severity: critical
-- category: reconciliation
-- message: Wherever OHID Fingertips prints a rate for years whose counts are here, rate, limits,
--   deaths and births are ours to the printed place, or the difference has a known reason.
-- remedy: Compare both counts with the deaths registered and births by area. Fingertips is no
--   input, so either a figure of ours is read wrongly, or OHID revised one, which is waived with
--   the page as evidence.
-- keys: area_code, geography_vintage, period_start, period_end, measure, stratum_type, stratum
-- grain: rate printed by Fingertips
-- inputs: core.printed_rates, core.observations, core.region_members
-- The comparison, with the known reasons, is that of the table disagreements.
SELECT
    area_code, geography_vintage, period_start, period_end, measure, stratum_type, stratum,
    concat_ws(
        ', ',
        format('printed {:.10g}', rate),
        format('{:.10g} to {:.10g}', ci_lower_95, ci_upper_95),
        format('{:.10g} deaths', numerator),
        format('{:.10g} births', denominator)
    ) AS observed,
    coalesce(
        format('{:.6f}, {:.6f} to {:.6f}, ', our_rate, our_lower_95, our_upper_95)
        || format('{:.10g} deaths, {:.10g} births ({})', our_numerator, our_denominator, series),
        'no rate of ours'
    ) AS expected,
    round(rate - our_rate, 6) AS difference,
    not_compared,
    explained_by,
    reason,
    differs AS offends
FROM ({fingertips_beside_ours})
