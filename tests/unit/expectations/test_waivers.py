"""Waivers take out exactly what they name, for as long as they say."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from expectations import control_totals
from expectations.relational import relational_rules
from expectations.rule import Finding, Rule
from expectations.suites import suite_for
from expectations.waivers import Applied, Waiver, WaiverError, apply, load

RULE = Rule("R-1", "contract", "critical", "identity", "It holds.", "Look.", ("area", "year"))
TODAY = dt.date(2026, 11, 1)
YEARS = [dt.date(1993, 1, 1), dt.date(1994, 1, 1), dt.date(1996, 1, 1)]
FINDING = Finding(RULE, 40, 3, [{"area": "K04", "year": y, "observed": "6044"} for y in YEARS])
TEXT = """
- id: W-1
  rule: R-1
  table: core.sample
  match:
    area: K04
    year: [1993-01-01, 1994-01-01]
  reason: Printed so.
  evidence: Workbook, Table 1
  owner: data-engineering
  expires: 2026-12-31
"""


@pytest.fixture
def waivers(tmp_path: Path) -> tuple[Waiver, ...]:
    path = tmp_path / "waivers.yaml"
    path.write_text(TEXT, encoding="utf-8")
    return load(path)


def applied(waivers: tuple[Waiver, ...], finding: Finding, today: dt.date = TODAY) -> Applied:
    return apply([finding], waivers, "core.sample", today)


def test_only_matching_rows_are_taken_out(waivers: tuple[Waiver, ...]) -> None:
    (finding,) = applied(waivers, FINDING).findings
    assert finding.offending == 1
    assert [row["year"] for row in finding.rows] == [YEARS[2]]
    assert finding.waiver_id == "W-1"
    assert "2 waived" in finding.observed


def test_all_columns_of_the_match_must_agree(waivers: tuple[Waiver, ...]) -> None:
    other = Finding(RULE, 1, 1, [{"area": "E92", "year": YEARS[0]}])
    assert applied(waivers, other).findings == [other]


def test_a_rule_with_another_id_is_untouched(waivers: tuple[Waiver, ...]) -> None:
    rule = Rule("R-2", "contract", "critical", "identity", "It holds.", "Look.", ("area", "year"))
    other = Finding(rule, 1, 1, FINDING.rows[:1])
    assert applied(waivers, other).findings == [other]


def test_an_expired_waiver_takes_out_nothing_and_says_so(waivers: tuple[Waiver, ...]) -> None:
    last_day = applied(waivers, FINDING, dt.date(2026, 12, 31))
    assert last_day.findings[0].offending == 1
    after = applied(waivers, FINDING, dt.date(2027, 1, 1))
    assert after.findings[0].offending == 3
    assert after.findings[0].waiver_id is None
    assert after.unused is not None
    assert after.unused.rows[0]["observed"] == "expired on 2026-12-31"


def test_a_waiver_that_matches_nothing_is_reported(waivers: tuple[Waiver, ...]) -> None:
    used = applied(waivers, FINDING).unused
    assert used is not None
    assert used.offending == 0
    unused = applied(waivers, Finding(RULE, 40)).unused
    assert unused is not None
    assert unused.rule.check == "plausibility"
    assert [row["waiver_id"] for row in unused.rows] == ["W-1"]


def test_a_rule_that_could_not_be_evaluated_makes_no_waiver_unused(
    waivers: tuple[Waiver, ...],
) -> None:
    unused = applied(waivers, Finding(RULE, error="no such column")).unused
    assert unused is not None
    assert unused.offending == 0


def test_rows_beyond_those_that_were_read_still_offend(waivers: tuple[Waiver, ...]) -> None:
    many = Finding(RULE, 99, 50, FINDING.rows[:2])
    assert applied(waivers, many).findings[0].offending == 48


@pytest.mark.parametrize("field", ["reason", "evidence", "owner", "expires", "match"])
def test_incomplete_waivers_are_refused(tmp_path: Path, field: str) -> None:
    path = tmp_path / "waivers.yaml"
    lines = [x for x in TEXT.splitlines() if field not in x and not x.startswith("    ")]
    if field != "match":
        lines.insert(4, "  match: {area: K04}")
        lines = [x for x in lines if x != "  match:"]
    path.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(WaiverError, match=f"'W-1' lacks {field}"):
        load(path)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("expires: 2026-12-31", "expires: someday", "a date"),
        ("owner:", "author: me\n  owner:", "unknown fields author"),
    ],
)
def test_other_mistakes_are_refused(tmp_path: Path, old: str, new: str, message: str) -> None:
    path = tmp_path / "waivers.yaml"
    path.write_text(TEXT.replace(old, new), encoding="utf-8")
    with pytest.raises(WaiverError, match=message):
        load(path)


def test_ids_are_unique(tmp_path: Path) -> None:
    path = tmp_path / "waivers.yaml"
    path.write_text(TEXT + TEXT, encoding="utf-8")
    with pytest.raises(WaiverError, match="W-1"):
        load(path)


@pytest.mark.parametrize("waiver", load(), ids=lambda w: w.waiver_id)
def test_bundled_waivers_are_about_existing_rules_and_their_keys(waiver: Waiver) -> None:
    assert waiver.rule_id in suite_for(waiver.table).rule_ids
    rules = [r.rule for r in relational_rules()] + list(control_totals.rules())
    keys = next(r.keys for r in rules if r.rule_id == waiver.rule_id)
    assert set(waiver.match) <= set(keys)
