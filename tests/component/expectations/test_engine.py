"""Great Expectations judges findings and frames, and what it raises is never a pass."""

from __future__ import annotations

import pandas as pd
import pytest

from expectations.engine import evaluate, validate
from expectations.rule import Finding, Rule
from expectations.verdicts import results_of
from expectations.words import Expectation


def rule(rule_id: str, check: str = "contract", severity: str = "critical") -> Rule:
    return Rule(rule_id, check, severity, "identity", "It holds.", "Look at it.", ("area",))


ROWS = [{"area": "E92", "observed": 2, "expected": 1}, {"area": "W92", "observed": 3}]


def test_only_the_rule_with_rows_fails_and_keeps_its_keys() -> None:
    findings = [
        Finding(rule("A"), 10),
        Finding(rule("B"), 10, 2, ROWS),
        Finding(rule("C", "plausibility", "warning"), 10, 1, ROWS[:1]),
    ]
    results = results_of(findings)
    assert [(r.rule_id, r.outcome, r.blocks) for r in results] == [
        ("A", "passed", False),
        ("B", "failed", True),
        ("C", "failed", False),
    ]
    assert results[1].failing_count == 2
    assert results[1].failing_keys == ROWS
    assert results[1].observed == "2 of 10 break the rule"
    assert results[1].remedy == "Look at it."


def test_the_count_is_of_all_rows_and_the_keys_are_the_first() -> None:
    many = [{"area": str(n)} for n in range(500)]
    (result,) = results_of([Finding(rule("A"), 1_000_000, 250_000, many)])
    assert (result.failing_count, len(result.failing_keys)) == (250_000, 20)


@pytest.mark.parametrize("check", ["contract", "plausibility"])
def test_a_rule_that_raised_blocks_whatever_its_severity(check: str) -> None:
    results = results_of(
        [Finding(rule("A", check, "info"), error="no column x"), Finding(rule("B"), 1)]
    )
    assert [(r.outcome, r.blocks) for r in results] == [("not_evaluated", True), ("passed", False)]
    assert "no column x" in results[0].observed


def test_a_rule_whose_rows_are_all_waived_is_waived() -> None:
    rows = Finding(rule("A"), 10, 0, waived=[{**ROWS[1], "waiver_id": "W-1", "reason": "so"}])
    left = Finding(rule("B"), 10, 1, ROWS[:1], waived=[{**ROWS[1], "waiver_id": "W-2"}])
    waived, failed = results_of([rows, left])
    assert waived.observed == "0 of 10 break the rule; 1 waived"
    assert waived.failing_keys == [{**ROWS[1], "waiver_id": "W-1", "reason": "so"}]
    assert [row.get("waiver_id") for row in failed.failing_keys] == [None, "W-2"]
    assert (waived.outcome, waived.waiver_id, waived.blocks) == ("waived", "W-1", False)
    assert (failed.outcome, failed.failing_count, failed.blocks) == ("failed", 1, True)


def test_nothing_to_compare_is_said() -> None:
    (result,) = results_of([Finding(rule("A"), 0, note="the series is not in the extracts")])
    assert result.outcome == "passed"
    assert result.observed == "nothing to compare; the series is not in the extracts"


def test_row_expectations_give_the_keys_of_failing_rows() -> None:
    frame = pd.DataFrame({"area": ["E92", "W92", "K04"], "deaths": [1, -2, 3]})
    between = "ExpectColumnValuesToBeBetween"
    results = evaluate(
        frame,
        [
            Expectation(rule("A"), between, {"column": "deaths", "min_value": 0}),
            Expectation(rule("B"), between, {"column": "deaths", "max_value": 9}),
        ],
    )
    assert [r.outcome for r in results] == ["failed", "passed"]
    assert results[0].failing_count == 1
    assert results[0].failing_keys[0]["area"] == "W92"


def test_a_missing_column_is_not_evaluated_rather_than_an_ordinary_failure() -> None:
    frame = pd.DataFrame({"area": ["E92"]})
    broken = Expectation(rule("A"), "ExpectColumnValuesToNotBeNull", {"column": "deaths"})
    (result,) = evaluate(frame, [broken])
    assert (result.outcome, result.blocks) == ("not_evaluated", True)
    assert "deaths" in result.observed


def test_great_expectations_is_silent(capfd: pytest.CaptureFixture[str]) -> None:
    found = [Finding(rule("A"), 10, 2, ROWS), Finding(rule("B"), error="no column x")]
    broken = Expectation(rule("C"), "ExpectColumnValuesToNotBeNull", {"column": "deaths"})
    judged = validate("core.sample", pd.DataFrame({"area": ["E92"]}), [broken], found)
    assert [f.offending for f in judged.by_rule] == [0, 2, 0]
    assert [bool(f.error) for f in judged.by_rule] == [True, False, True]
    assert "no column x" in judged.by_rule[2].error
    out, err = capfd.readouterr()
    assert (out, err) == ("", "")
