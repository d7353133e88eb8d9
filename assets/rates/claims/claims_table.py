"""The table of claims: every statement beside its recomputation and a verdict."""

from __future__ import annotations

from collections.abc import Callable

import duckdb
import pandas as pd

from assets.rates.claims import figures, group_claims, missouri, prenatal_care, ranking_claims
from assets.rates.claims.statements import FILE, Claim, ClaimResult, read_claims
from assets.rates.inputs import require
from assets.schema.registry import METHOD_VERSION, table
from assets.state.warehouse import replace_table

Evaluator = Callable[[duckdb.DuckDBPyConnection, Claim], ClaimResult]

EVALUATORS: dict[str, Evaluator] = {
    "AHR-01": ranking_claims.two_year_average,
    "AHR-02": ranking_claims.two_year_average,
    "AHR-03": ranking_claims.two_year_average,
    "AHR-04": ranking_claims.change_since_edition,
    "AHR-05": ranking_claims.consecutive_decreases,
    "AHR-06": ranking_claims.stated_target,
    "NICE-01": figures.births_per_population,
    "NICE-02": figures.births_per_population,
    "NICE-03": figures.majority_suppressed,
    **dict.fromkeys(group_claims.RISKS, group_claims.at_risk),
    "KPI-01": figures.rate_without_year,
    "KPI-02": figures.external_benchmark,
    "KPI-03": figures.external_benchmark,
    "KPI-04": figures.bands,
    "KPI-05": group_claims.disaggregated,
    "MFH-01": missouri.deaths,
    "MFH-02": missouri.deaths_per_year,
    "MFH-03": missouri.regional_share,
    "MFH-04": missouri.black_white_ratio,
    "MDL-01": figures.rising,
    "MDL-02": prenatal_care.prenatal_care,
    "MDL-03": prenatal_care.prenatal_care,
}
"""How each statement is recomputed."""


def build_claims(con: duckdb.DuckDBPyConnection) -> int:
    """Replace ``rates.claims`` from ``rates.rates``; returns the row count.

    Raises:
        KeyError: A statement of ``claims.csv`` has no way of being recomputed.
    """
    require(con, ("rates.rates", "core.printed_rates", "core.observations"))
    rows = [_row(claim, _evaluator(claim)(con, claim)) for claim in read_claims()]
    con.register("claim_rows", pd.DataFrame(rows, dtype="object"))
    try:
        return replace_table(
            con, table("published.claims"), "SELECT * FROM claim_rows", schema="rates"
        )
    finally:
        con.unregister("claim_rows")


def _evaluator(claim: Claim) -> Evaluator:
    try:
        return EVALUATORS[claim.claim_id]
    except KeyError:
        raise KeyError(
            f"{FILE.name}: {claim.claim_id} has no recomputation; add one to EVALUATORS in "
            f"{__name__}, or remove the statement."
        ) from None


def _row(claim: Claim, result: ClaimResult) -> dict[str, object]:
    return {
        "claim_id": claim.claim_id,
        "document": claim.document,
        "statement": claim.statement,
        "measure": claim.measure,
        "area": claim.area or None,
        "period": claim.period or None,
        "claimed_value": claim.value,
        "unit": claim.unit,
        "source_family": result.source_family,
        "recomputed_value": result.value,
        "recomputed_display": result.display,
        "inputs": result.inputs,
        "verdict": result.verdict,
        "best_fit": result.best_fit,
        "explanation": result.explanation,
        "method_version": METHOD_VERSION,
    }
