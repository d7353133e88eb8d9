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
-- Counts are looked up apart from our rates, so that a rate which we fail to compute is a
-- difference and no excuse. The comparison, with known reasons, is that of the table disagreements.
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
    explained_by,
    reason,
    differs AS offends
FROM ({printed_beside_ours})
