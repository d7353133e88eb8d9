"""A whole suite on one table, and the evidence that it leaves."""

from __future__ import annotations

import datetime as dt

import duckdb
import pytest

from assets.state.evidence import RuleResult, load
from expectations.failures_text import render
from expectations.suites import suite_for
from expectations.validate import TableMissingError, validate_table
from expectations.waivers import Waiver

NAME = "core.observations"


def by_id(results: tuple[RuleResult, ...], rule_id: str) -> RuleResult:
    return next(r for r in results if r.rule_id == rule_id)


def blocked(con: duckdb.DuckDBPyConnection, name: str = NAME) -> set[str]:
    return {r.rule_id.removeprefix(f"BASE-{name}-") for r in validate_table(con, name).blocking}


def test_right_content_leaves_complete_passing_evidence(con: duckdb.DuckDBPyConnection) -> None:
    outcome = validate_table(con, NAME)
    assert outcome.passed, render([outcome])
    assert {r.rule_id for r in outcome.results} == suite_for(NAME).rule_ids
    stored = load(con, NAME, outcome.content_hash)
    assert {(r.rule_id, r.outcome) for r in stored} == {
        (r.rule_id, r.outcome) for r in outcome.results
    }
    assert "5 not applicable" not in by_id(outcome.results, "CONTROL-EW-OCCURRENCE").observed
    assert by_id(outcome.results, "CONTROL-EW-OCCURRENCE").observed.startswith("0 of 5 break")


def test_one_changed_cell_is_other_content_and_has_no_evidence(
    con: duckdb.DuckDBPyConnection,
) -> None:
    before = validate_table(con, NAME)
    con.execute(f"UPDATE {NAME} SET source_row = 7 WHERE measure = 'live_births'").fetchall()
    after = validate_table(con, NAME)
    assert after.passed
    assert before.content_hash != after.content_hash
    assert load(con, NAME, before.content_hash)
    assert load(con, NAME, "0" * 64) == []


@pytest.mark.parametrize(
    ("change", "rules"),
    [
        (
            "UPDATE {t} SET value = 2350 WHERE measure = 'infant_deaths'",
            {"CORE-ID-INFANT", "CONTROL-EW-OCCURRENCE"},
        ),
        ("INSERT INTO {t} SELECT * FROM {t} WHERE measure = 'stillbirths'", {"KEY"}),
        ("UPDATE {t} SET value = -value WHERE measure = 'late_neonatal_deaths'", {"RANGE"}),
        ("UPDATE {t} SET value = 'inf' WHERE measure = 'stillbirths'", {"RANGE"}),
        ("UPDATE {t} SET value = NULL WHERE measure = 'stillbirths'", {"CORE-STATUS-VALUE"}),
        ("UPDATE {t} SET area_code = 'E92000001'", {"CORE-KNOWN-AREA"}),
        (
            "UPDATE {t} SET period_start = '2021-04-01', period_end = '2022-03-31'",
            {"CORE-PERIODS"},
        ),
        ("UPDATE {t} SET status = 'lost' WHERE measure = 'stillbirths'", {"ALLOWED"}),
        ("UPDATE {t} SET vintage_id = NULL WHERE measure = 'stillbirths'", {"REQUIRED"}),
        ("DELETE FROM {t}", {"ROWS"}),
        ("UPDATE {t} SET value = NULL, status = 'missing'", {"FILLED"}),
        ("ALTER TABLE {t} DROP value", {"COLUMNS", "FILLED", "RANGE"}),
        ("ALTER TABLE {t} ADD surprise INTEGER", {"COLUMNS"}),
        ("ALTER TABLE {t} ALTER source_row TYPE VARCHAR", {"TYPES", "RANGE"}),
    ],
)
def test_each_kind_of_damage_blocks_by_its_own_rule(
    con: duckdb.DuckDBPyConnection, change: str, rules: set[str]
) -> None:
    con.execute(change.format(t=NAME)).fetchall()
    found = blocked(con)
    assert rules <= found
    if "COLUMNS" not in rules:
        extra = {r for r in found - rules if not r.startswith(("CORE-", "CONTROL-"))}
        assert extra == set()


def test_what_cannot_be_identified_still_leaves_a_failed_outcome(
    con: duckdb.DuckDBPyConnection,
) -> None:
    con.execute(f"ALTER TABLE {NAME} DROP value").fetchall()
    outcome = validate_table(con, NAME)
    assert outcome.content_hash.startswith("unidentified-")
    assert by_id(outcome.results, "CORE-STATUS-VALUE").outcome == "not_evaluated"
    assert "missing: value" in by_id(outcome.results, f"BASE-{NAME}-COLUMNS").observed


def test_coverage_is_recorded_only_by_content_that_passes(con: duckdb.DuckDBPyConnection) -> None:
    assert validate_table(con, NAME).passed
    con.execute(f"DELETE FROM {NAME} WHERE measure = 'perinatal_deaths'").fetchall()
    assert blocked(con) == {f"COVERAGE-{NAME}"}
    assert blocked(con) == {f"COVERAGE-{NAME}"}, "a failed run must not lower the mark"


def test_waivers_let_a_printed_figure_pass_until_they_expire(
    con: duckdb.DuckDBPyConnection,
) -> None:
    con.execute(f"UPDATE {NAME} SET value = 3829 WHERE measure = 'perinatal_deaths'").fetchall()
    waiver = Waiver(
        waiver_id="W-1",
        rule_id="CORE-ID-PERINATAL",
        table=NAME,
        match={"period_start": frozenset({"2022-01-01"})},
        reason="printed so",
        evidence="the workbook",
        owner="data-engineering",
        expires=dt.date(2026, 12, 31),
    )

    def on(day: dt.date) -> RuleResult:
        outcome = validate_table(con, NAME, today=day, declared_waivers=[waiver])
        return by_id(outcome.results, "CORE-ID-PERINATAL")

    waived = on(dt.date(2026, 12, 31))
    assert (waived.outcome, waived.waiver_id, waived.blocks) == ("waived", "W-1", False)
    expired = on(dt.date(2027, 1, 1))
    assert (expired.outcome, expired.waiver_id, expired.blocks) == ("failed", None, True)


def test_a_table_may_be_judged_in_another_schema(con: duckdb.DuckDBPyConnection) -> None:
    table = "published.claims"
    con.execute("CREATE TABLE rates.claims AS SELECT 'c' AS claim_id").fetchall()
    outcome = validate_table(con, "rates.claims")
    assert outcome.table_name == "rates.claims"
    assert "BASE-rates.claims-COLUMNS" in {r.rule_id for r in outcome.blocking}
    with pytest.raises(TableMissingError, match="published.claims is not in the warehouse"):
        validate_table(con, table)


def test_the_report_names_the_rows_of_a_broken_table(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(f"UPDATE {NAME} SET value = 2350 WHERE measure = 'infant_deaths'").fetchall()
    report = render([validate_table(con, NAME), validate_table(con, "core.areas")])
    assert "infant deaths 2350" in report
    assert "[CORE-ID-INFANT] core.observations" in report
