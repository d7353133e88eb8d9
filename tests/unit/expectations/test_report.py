"""The report says which rule, which rows and what to do."""

from __future__ import annotations

from assets.state.evidence import RuleResult
from expectations.failures_text import render
from expectations.validate import Outcome

BROKEN = RuleResult(
    rule_id="CORE-ID-INFANT",
    check_name="contract",
    category="identity",
    severity="critical",
    outcome="failed",
    message="Neonatal and postneonatal deaths add up to infant deaths.",
    observed="7 of 803 break the rule",
    failing_count=7,
    failing_keys=[
        {"area_code": f"E0{n}", "observed": f"infant deaths {n}", "expected": "0"} for n in range(7)
    ],
    remedy="Compare the row with the extract.",
)


def changed(**values: object) -> RuleResult:
    return RuleResult(**(BROKEN.__dict__ | values))


def test_a_blocking_rule_comes_with_rows_and_remedy() -> None:
    text = render([Outcome("core.observations", "h", (BROKEN,))])
    assert text.startswith("1 rules on 1 tables: 1 block, 0 need a look, 0 waived.")
    assert "BLOCKED" in text
    assert "[CORE-ID-INFANT] core.observations" in text
    assert "area_code=E00; observed infant deaths 0; expected 0" in text
    assert "and 2 more" in text
    assert "Compare the row with the extract." in text
    assert max(len(line) for line in text.splitlines()) <= 100


def test_advice_is_apart_and_information_is_left_out() -> None:
    advice = changed(rule_id="LOOK", check_name="plausibility", severity="warning")
    note = changed(rule_id="NOTE", check_name="plausibility", severity="info")
    text = render([Outcome("core.observations", "h", (advice, note))])
    assert "0 block, 1 need a look" in text
    assert "BLOCKED" not in text
    assert "[LOOK]" in text
    assert "NOTE" not in text


def test_nothing_failed() -> None:
    fine = changed(outcome="passed", failing_count=0, failing_keys=())
    waived = changed(rule_id="W", outcome="waived", failing_count=0, failing_keys=())
    text = render([Outcome("core.observations", "h", (fine, waived))])
    assert text == "2 rules on 1 tables: 0 block, 0 need a look, 1 waived."
