"""Convert the library's results for a table to JSON text, and back, for Data Docs.

The text has what Data Docs show: each expectation in the library's words, what was seen, and the
first rows that break it. Writing it costs little, so that a run keeps it for every table; pages are
made of it when somebody wants to read them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from assets.state.evidence import PASSING, RuleResult
from expectations.engine import Judged
from expectations.rule import Finding, key_text, plain
from expectations.words import Expectation

_SHOWN = ("observed_value", "element_count", "missing_count", "unexpected_count",
          "unexpected_percent")  # fmt: skip
_RULE_IN_SQL = "ExpectRuleToHold"


def as_text(judged: Judged, results: Sequence[RuleResult]) -> str:
    """Return the answer about a table as JSON.

    Args:
        judged: What the library answered.
        results: The evidence, after waivers; a rule that the library was not asked about is added.
    """
    by_rule = {r.rule_id: r for r in results}
    answers = [
        _entry(e, judged.verdicts.get(n), found, by_rule[e.rule.rule_id])
        for n, (e, found) in enumerate(zip(judged.expectations, judged.findings, strict=False))
        if e.rule.rule_id in by_rule
    ]
    asked = {answer["rule_id"] for answer in answers}
    answers += [_of_rule(r) for r in results if r.rule_id not in asked]
    return json.dumps(answers, default=_plain)


def failed(text: str) -> int:
    """Return how many expectations of an answer do not hold or could not be evaluated."""
    return sum(not answer["success"] for answer in json.loads(text))


def count(text: str) -> int:
    """Return how many expectations an answer is about."""
    return len(json.loads(text))


def as_result(table: str, text: str, told: Mapping[str, object]) -> Any:
    """Return the answer as the library's ``ExpectationSuiteValidationResult``.

    Args:
        table: Full name of the table.
        text: What :func:`as_text` returned.
        told: What the library's renderer is told about the run.
    """
    from great_expectations.core import ExpectationSuiteValidationResult

    answers = json.loads(text)
    good = sum(answer["success"] for answer in answers)
    return ExpectationSuiteValidationResult(
        success=good == len(answers),
        results=[_verdict(answer) for answer in answers],
        suite_name=table,
        statistics={
            "evaluated_expectations": len(answers),
            "successful_expectations": good,
            "unsuccessful_expectations": len(answers) - good,
            "success_percent": 100 * good / len(answers) if answers else None,
        },
        meta=dict(told),
    )


def _entry(
    expectation: Expectation, verdict: Any, found: Finding, result: RuleResult
) -> dict[str, Any]:
    if expectation.name == _RULE_IN_SQL or verdict is None or found.error:
        return _of_rule(result)
    seen = verdict.result or {}
    success = not found.offending or result.outcome == "waived"
    only = "; ".join(f"{c} {', '.join(map(str, v))}" for c, v in expectation.only.items())
    return {
        **_about(result),
        "message": result.message + (f" Only rows of {only}." if only else ""),
        "word": expectation.name,
        "arguments": dict(expectation.arguments),
        "success": success,
        "seen": {name: seen[name] for name in _SHOWN if name in seen},
        "rows": [] if success else _rows(result),
    }


def _of_rule(result: RuleResult) -> dict[str, Any]:
    passed = result.outcome in PASSING
    return {
        **_about(result),
        "word": _RULE_IN_SQL,
        "arguments": {"rule_id": result.rule_id},
        "success": passed,
        "seen": {"observed_value": result.observed},
        "rows": [] if passed else _rows(result),
    }


def _about(result: RuleResult) -> dict[str, Any]:
    return {
        "rule_id": result.rule_id,
        "message": result.message,
        "remedy": result.remedy,
        "severity": result.severity,
    }


def _rows(result: RuleResult) -> list[str]:
    return [f"{key_text(row)}: {row.get('observed', '')}" for row in result.failing_keys]


def _plain(value: Any) -> object:
    return value.item() if hasattr(value, "item") else str(plain(value))


def _verdict(answer: Mapping[str, Any]) -> Any:
    from great_expectations.core import ExpectationValidationResult
    from great_expectations.expectations.expectation_configuration import ExpectationConfiguration

    from expectations.domain import class_of

    word: Any = class_of(answer["word"])
    seen = dict(answer["seen"])
    if answer["rows"]:
        seen["partial_unexpected_list"] = answer["rows"]
        # Of a rule in SQL the observed value says how many there are.
        seen.setdefault("unexpected_count", 0)
    remedy = "" if answer["success"] else f" {answer['remedy']}"
    return ExpectationValidationResult(
        success=answer["success"],
        expectation_config=ExpectationConfiguration(
            type=word.expectation_type,
            kwargs=dict(answer["arguments"]),
            description=f"{answer['message']} ({answer['rule_id']}){remedy}",
            severity=answer["severity"],
        ),
        result=seen,
        exception_info={
            "raised_exception": False,
            "exception_message": None,
            "exception_traceback": None,
        },
    )
