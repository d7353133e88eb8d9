"""The only module that imports Great Expectations: it judges frames and reports one shape.

Rules look at tables in DuckDB and return offending rows, so the cost of a judgement does not grow
with the table and a table of any size takes the same path. What Great Expectations is given is

- a frame of the shape of the table, for the row-count floor and the columns in order;
- the violations frame, one row per offending row, for everything else: each rule expects that the
  rows that bear its id number zero.

The import takes seconds, so it happens inside functions, once per process.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

import pandas as pd

from assets.state.evidence import RuleResult
from expectations.rule import KEYS_SHOWN, Finding, Rule, plain_row

_RULE_COLUMN = "rule_id"
_ROWS = 1_000
"""Rows of one rule that the violations frame holds at most; the report has the full count."""


@dataclass(frozen=True)
class Expectation:
    """A rule that is judged by one of Great Expectations' own expectations.

    Attributes:
        rule: The rule; its keys name failing rows of expectations that look at rows.
        name: Class in ``great_expectations.expectations``.
        arguments: Keyword arguments of that class.
        expected: What should be seen, for the report.
        seen: What was seen, where the frame only has the shape of the table.
        of_rule: Look only at the rows of the frame that bear the rule's id.
    """

    rule: Rule
    name: str
    arguments: Mapping[str, object] = field(default_factory=dict)
    expected: str = ""
    seen: str = ""
    of_rule: bool = False


def evaluate(frame: pd.DataFrame, expectations: Sequence[Expectation]) -> list[RuleResult]:
    """Judge a frame by a suite, in the order of the suite.

    Args:
        frame: Rows read out of DuckDB.
        expectations: The suite; one result per entry.

    Returns:
        Results with outcome ``passed``, ``failed`` or, where Great Expectations raised,
        ``not_evaluated``.
    """
    if not expectations:
        return []
    verdicts = {
        int(v.expectation_config.meta["position"]): v.to_json_dict()
        for v in _validate(frame, expectations)
    }
    return [_result(e, verdicts.get(n)) for n, e in enumerate(expectations)]


def judge(findings: Sequence[Finding]) -> list[RuleResult]:
    """Judge findings: every rule expects its violations frame to be empty.

    A rule that could not be evaluated is reported as such and blocks, whatever its severity:
    nothing is known about the table then.
    """
    judged = [f for f in findings if not f.error]
    frame = pd.DataFrame(
        {_RULE_COLUMN: [f.rule.rule_id for f in judged for _ in range(min(f.offending, _ROWS))]},
        dtype="str",
    )
    verdicts = {r.rule_id: r for r in _judge_frame(frame, [f.rule for f in judged])}
    return [
        _overlay(verdicts[f.rule.rule_id], f) if not f.error else not_evaluated(f.rule, f.error)
        for f in findings
    ]


def not_evaluated(rule: Rule, reason: str) -> RuleResult:
    """Return the blocking result of a rule that raised."""
    return RuleResult(
        rule_id=rule.rule_id,
        check_name="contract",
        category=rule.category,
        severity="critical",
        outcome="not_evaluated",
        message=rule.message,
        observed=f"not evaluated: {' '.join(reason.split())[:500]}",
        expected="a rule that can be evaluated",
        remedy="Repair the table's shape or the rule; the content is unknown until it runs. "
        + rule.remedy,
    )


def _judge_frame(frame: pd.DataFrame, rules: Sequence[Rule]) -> list[RuleResult]:
    suspects = set(frame[_RULE_COLUMN])
    clean = [r for r in rules if r.rule_id not in suspects]
    suspected = [r for r in rules if r.rule_id in suspects]
    none_expected = ("ExpectTableRowCountToEqual", {"value": 0})
    results = evaluate(frame, [Expectation(r, *none_expected, of_rule=True) for r in suspected])
    if clean:
        # One look at the rows that bear none of the suspects' ids says the same for all other
        # rules, at a fraction of the cost of one look each.
        rest = frame[~frame[_RULE_COLUMN].isin(suspects)]
        whole = evaluate(rest, [Expectation(clean[0], *none_expected)])[0]
        results += [_as_rule(whole, rule) for rule in clean]
    return results


def _as_rule(result: RuleResult, rule: Rule) -> RuleResult:
    if result.outcome == "not_evaluated":
        return not_evaluated(rule, result.observed)
    return replace(
        result,
        rule_id=rule.rule_id,
        check_name=rule.check,
        category=rule.category,
        severity=rule.severity,
        message=rule.message,
        remedy=rule.remedy,
    )


def _overlay(result: RuleResult, finding: Finding) -> RuleResult:
    if result.outcome == "not_evaluated":
        return result
    waived = result.outcome == "passed" and finding.waiver_id is not None
    return replace(
        result,
        outcome="waived" if waived else result.outcome,
        observed=finding.observed,
        expected=finding.expected or "no offending row",
        failing_count=finding.offending,
        failing_keys=[
            plain_row(r) for r in (*finding.rows, *finding.waived, *finding.explained)[:KEYS_SHOWN]
        ],
        waiver_id=finding.waiver_id,
    )


@cache
def _definition() -> Any:
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
    logging.getLogger("great_expectations").setLevel(logging.WARNING)
    import great_expectations as gx

    context: Any = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    frames = context.data_sources.add_pandas("frames").add_dataframe_asset("frame")
    return frames.add_batch_definition_whole_dataframe("all")


def _validate(frame: pd.DataFrame, expectations: Sequence[Expectation]) -> list[Any]:
    definition = _definition()
    import great_expectations as gx

    batch = definition.get_batch({"dataframe": frame})
    suite = gx.ExpectationSuite(
        name="suite", expectations=[_configured(e, n) for n, e in enumerate(expectations)]
    )
    keys = sorted({k for e in expectations for k in e.rule.keys if k in frame.columns})
    form: dict[str, object] = {"result_format": "BASIC", "partial_unexpected_count": KEYS_SHOWN}
    if keys:
        form |= {"result_format": "SUMMARY", "unexpected_index_column_names": keys}
    return list(batch.validate(suite, result_format=form).results)


def _configured(expectation: Expectation, position: int) -> Any:
    import great_expectations.expectations as gxe
    from great_expectations.expectations.row_conditions import Column

    rule = expectation.rule
    arguments = dict(expectation.arguments)
    if expectation.of_rule:
        arguments["row_condition"] = Column(_RULE_COLUMN) == rule.rule_id
    return getattr(gxe, expectation.name)(
        **arguments,
        severity=rule.severity,
        notes=rule.message,
        meta={
            "rule_id": rule.rule_id,
            "position": position,
            "category": rule.category,
            "remedy": rule.remedy,
        },
    )


def _result(expectation: Expectation, verdict: dict[str, Any] | None) -> RuleResult:
    rule = expectation.rule
    if verdict is None:
        return not_evaluated(rule, "Great Expectations returned no result")
    raised = verdict.get("exception_info") or {}
    if _raised(raised):
        return not_evaluated(rule, _message(raised))
    found = verdict.get("result") or {}
    failing = int(found.get("unexpected_count") or (0 if verdict["success"] else 1))
    return RuleResult(
        rule_id=rule.rule_id,
        check_name=rule.check,
        category=rule.category,
        severity=rule.severity,
        outcome="passed" if verdict["success"] else "failed",
        message=rule.message,
        observed=expectation.seen or str(found.get("observed_value", f"{failing} unexpected")),
        expected=expectation.expected,
        failing_count=failing if not verdict["success"] else 0,
        failing_keys=[plain_row(r) for r in found.get("partial_unexpected_index_list") or ()],
        remedy=rule.remedy,
    )


def _raised(info: dict[str, Any]) -> bool:
    # One exception is a flat mapping; several are a mapping by metric.
    if "raised_exception" in info:
        return bool(info["raised_exception"])
    return any(isinstance(v, dict) and v.get("raised_exception") for v in info.values())


def _message(info: dict[str, Any]) -> str:
    if "exception_message" in info:
        return str(info["exception_message"])
    return "; ".join(str(v.get("exception_message")) for v in info.values() if isinstance(v, dict))
