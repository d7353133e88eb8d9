"""Convert results of Great Expectations to findings, and findings to evidence.

A success that looked at nothing is no success: an expectation on rows that says nothing of how many
it looked at, of a frame that has some, counts as not evaluated.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from assets.state.evidence import RuleResult
from expectations.rule import KEYS_SHOWN, Finding, Rule, plain, plain_row
from expectations.words import Expectation

_UNIQUE = ("ExpectCompoundColumnsToBeUnique", "ExpectColumnValuesToBeUnique")
_WHOLE_COLUMN = "ExpectColumnProportionOfNonNullValuesToBeBetween"


def finding_of(
    expectation: Expectation,
    verdict: Any,
    places: Sequence[int],
    frame: pd.DataFrame,
    keys: Sequence[str],
) -> Finding:
    """Convert the library's result for one expectation to a finding.

    Args:
        expectation: What was expected.
        verdict: Its ``ExpectationValidationResult``, or ``None``.
        places: Rows of the frame that break it, the first ones.
        frame: What was looked at.
        keys: Columns that name a row where the rule names none itself.
    """
    about = expectation.rule
    if verdict is None:
        return Finding(about, error="Great Expectations returned no result")
    if why := _raised(verdict.exception_info or {}):
        return Finding(about, error=why)
    result: Mapping[str, Any] = verdict.result or {}
    found = (result.get("details") or {}).get("finding")
    if isinstance(found, Finding):
        return found
    if "element_count" not in result:
        return _of_the_whole(expectation, verdict, result)
    looked_at = int(result["element_count"] or 0)
    if not looked_at and len(frame) and not expectation.only:
        return Finding(about, error="the expectation looked at no row of a table that has rows")
    broken = int(result.get("unexpected_count") or 0)
    if not verdict.success and not broken:
        return Finding(about, error="the expectation failed and names no row")
    rows = _rows(expectation, frame, places, about.keys or keys)
    if expectation.name in _UNIQUE and broken == len(places):
        rows = _repeated(rows)
        broken = len(rows)
    if expectation.per_column:
        # A rule of its own says which columns must hold something.
        expected = f"{expectation.columns[0]}: {expectation.expected}" if broken else ""
        return Finding(about, looked_at, broken, rows, expected)
    has_no_value = looked_at == int(result.get("missing_count") or 0) and not broken
    if looked_at and has_no_value:
        return Finding(about, expected=expectation.expected, note="no row has a value")
    return Finding(about, looked_at, broken, rows, expectation.expected)


def merged(findings: Iterable[Finding]) -> list[Finding]:
    """Merge findings into one per rule, in the order of first appearance."""
    by_rule: dict[str, list[Finding]] = {}
    for finding in findings:
        by_rule.setdefault(finding.rule.rule_id, []).append(finding)
    return [_together(each) for each in by_rule.values()]


def _together(findings: Sequence[Finding]) -> Finding:
    first = findings[0]
    if len(findings) == 1:
        return first
    errors = dict.fromkeys(f.error for f in findings if f.error)
    notes = dict.fromkeys(f.note for f in findings if f.note)
    broken = [f for f in findings if f.offending]
    compared = sum(f.compared for f in findings)
    return Finding(
        first.rule,
        compared=compared,
        offending=sum(f.offending for f in findings),
        rows=[row for f in findings for row in f.rows],
        expected="; ".join(dict.fromkeys(f.expected for f in broken or findings if f.expected)),
        note="" if compared else "; ".join(notes),
        error="; ".join(errors),
    )


def results_of(findings: Sequence[Finding]) -> list[RuleResult]:
    """Return the evidence of findings, after waivers took rows out.

    A rule that could not be evaluated is reported as such and blocks, whatever its severity:
    nothing is known about the table then.
    """
    return [_result(f) if not f.error else not_evaluated(f.rule, f.error) for f in findings]


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


def _result(finding: Finding) -> RuleResult:
    rule = finding.rule
    outcome = "failed" if finding.offending else "waived" if finding.waiver_id else "passed"
    shown = (*finding.rows, *finding.waived, *finding.explained)[:KEYS_SHOWN]
    return RuleResult(
        rule_id=rule.rule_id,
        check_name=rule.check,
        category=rule.category,
        severity=rule.severity,
        outcome=outcome,
        message=rule.message,
        observed=finding.seen or finding.observed,
        expected=finding.expected or "no offending row",
        failing_count=finding.offending,
        failing_keys=[plain_row(row) for row in shown],
        remedy=rule.remedy,
        waiver_id=finding.waiver_id,
    )


def _of_the_whole(expectation: Expectation, verdict: Any, result: Mapping[str, Any]) -> Finding:
    """Return the finding for an expectation about a whole table or column."""
    observed = result.get("observed_value")
    if expectation.name == _WHOLE_COLUMN:
        rows = [{"column_name": expectation.columns[0], "observed": "null in every row"}]
    else:
        rows = []
    return Finding(
        expectation.rule,
        compared=1,
        offending=0 if verdict.success else 1,
        rows=() if verdict.success else rows,
        expected=expectation.expected,
        seen=expectation.seen
        or ("" if observed is None or rows else f"{plain(_scalar(observed))}"),
    )


def _rows(
    expectation: Expectation, frame: pd.DataFrame, places: Sequence[int], keys: Sequence[str]
) -> list[dict[str, object]]:
    """Return the rows that break an expectation: the column, the key and what was seen."""
    if not places:
        return []
    columns = [c for c in expectation.columns if c in frame.columns]
    named = [k for k in keys if k in frame.columns]
    wanted = list(dict.fromkeys((*named, *columns)))
    found: list[dict[str, object]] = []
    for record in frame.loc[list(places), wanted].to_dict("records"):
        cells = {str(name): _cell(value) for name, value in record.items()}
        key = {k: cells[k] for k in named}
        if expectation.name in _UNIQUE:
            row = key
        elif len(columns) == 1:
            seen = cells[columns[0]]
            row = {"column_name": columns[0], **key}
            row["observed"] = None if seen is None else str(seen)
        else:
            row = {**key, "observed": ", ".join(f"{c} {cells[c]}" for c in columns)}
        found.append(row)
    return found


def _repeated(rows: Sequence[Mapping[str, object]]) -> list[dict[str, object]]:
    counted = Counter(tuple(row.items()) for row in rows)
    return [{**dict(key), "observed": count} for key, count in counted.items()]


def _cell(value: Any) -> object:
    """Return a cell of a frame as a Python value; a whole number becomes an ``int``."""
    if pd.isna(value):
        return None
    if isinstance(value, pd.Timestamp):
        return value.date() if value.tz is None and value == value.normalize() else value
    value = _scalar(value)
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _scalar(value: Any) -> Any:
    return value.item() if hasattr(value, "item") else value


def _raised(info: Mapping[str, Any]) -> str:
    # One exception is a flat mapping; several are a mapping by metric.
    if "raised_exception" in info:
        return str(info["exception_message"]) if info["raised_exception"] else ""
    return "; ".join(
        str(v.get("exception_message"))
        for v in info.values()
        if isinstance(v, dict) and v.get("raised_exception")
    )
