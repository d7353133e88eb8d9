-- rule: RECONCILE-FINGERTIPS-LIMITS
-- tables: core.printed_rates
-- check: plausibility
-- severity: warning
-- category: reconciliation
-- message: The limits that OHID Fingertips prints are those of the method that ours stand on, for
--   the deaths and births printed beside them, exact Poisson below 10 deaths and Byar's from 10.
-- remedy: Read the indicator's definition. If OHID changed its method, the rates of docs/methods.md
--   need a decision; if not, a column was read under the wrong name.
-- keys: area_code, geography_vintage, period_start, period_end, measure, stratum_type, stratum
-- grain: rate that Fingertips prints with limits, deaths and births
-- inputs: none
-- Needs no count of ours, so that it also speaks where those are absent. Limits are worked out here
-- once more, apart from the code that makes ours: Byar's by its formula, exact ones from the
-- vectors of PHEindicatormethods 'phe_rate'.
WITH exact (deaths, lower_95, upper_95, lower_998, upper_998) AS (
    VALUES
    (0, 0.0, 3.6888794541139354, 0.0, 6.907755278982136),
    (1, 0.025317807984289897, 5.571643390938899, 0.0010005003335835344, 9.233413476451585),
    (2, 0.242209278543965, 7.224687667723958, 0.04540201776948958, 11.228872242412661),
    (3, 0.6186721228956016, 8.767273069742323, 0.19053337756840324, 13.06224077918807),
    (4, 1.0898653736263253, 10.241588675403698, 0.4285524136284231, 14.794149222537209),
    (5, 1.6234863901184209, 11.668332079322667, 0.7393717319178327, 16.454745203680105),
    (6, 2.201894253490851, 13.059474022518685, 1.1071046602556396, 18.06163684019907),
    (7, 2.814363051519867, 14.422675361702378, 1.5203362603988093, 19.626177395384236),
    (8, 3.453832176748502, 15.763189220193315, 1.970813921740366, 21.15619816583998),
    (9, 4.115373097378333, 17.08480345141917, 2.452424404363775, 22.65737330906293)
),

printed AS (
    SELECT
        *,
        numerator + 1 AS above,
        1.959963984540054 / 3 AS z_95,
        3.090232306167814 / 3 AS z_998,
        CASE
            WHEN status NOT IN ('ok', 'unreliable') THEN 'printed as ' || status
            WHEN numerator IS NULL OR denominator IS NULL OR denominator = 0
                THEN 'without deaths or births beside it'
            WHEN ci_lower_95 IS NULL OR ci_upper_95 IS NULL THEN 'without limits'
        END AS not_compared
    FROM {relation}
    WHERE dataset_id = 'fingertips_infant_mortality'
),

again AS (
    SELECT
        p.*,
        p.rate_per / p.denominator AS scale,
        0.5 * pow(10, -p.ci_decimals) + 1e-9 AS half,
        coalesce(
            e.lower_95, p.numerator * pow(1 - 1 / (9 * p.numerator) - z_95 / sqrt(p.numerator), 3)
        ) AS lower_95,
        coalesce(e.upper_95, above * pow(1 - 1 / (9 * above) + z_95 / sqrt(above), 3)) AS upper_95,
        coalesce(
            e.lower_998, p.numerator * pow(1 - 1 / (9 * p.numerator) - z_998 / sqrt(p.numerator), 3)
        ) AS lower_998,
        coalesce(
            e.upper_998, above * pow(1 - 1 / (9 * above) + z_998 / sqrt(above), 3)
        ) AS upper_998
    FROM printed AS p
    LEFT JOIN exact AS e ON p.numerator = e.deaths
)

SELECT
    area_code, geography_vintage, period_start, period_end, measure, stratum_type, stratum,
    format('printed {:.10g} to {:.10g}', ci_lower_95, ci_upper_95) AS observed,
    format(
        '{:.6f} to {:.6f} for {:.10g} / {:.10g}', lower_95 * scale, upper_95 * scale, numerator,
        denominator
    ) AS expected,
    not_compared,
    not_compared IS NULL
    AND (
        abs(ci_lower_95 - lower_95 * scale) > half
        OR abs(ci_upper_95 - upper_95 * scale) > half
        OR coalesce(abs(ci_lower_998 - lower_998 * scale) > half, FALSE)
        OR coalesce(abs(ci_upper_998 - upper_998 * scale) > half, FALSE)
    ) AS offends
FROM again
