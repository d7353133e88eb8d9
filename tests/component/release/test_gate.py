"""Nothing is published without complete, passing evidence for exactly its content."""

from __future__ import annotations

from datetime import date

import duckdb
import pytest

from assets.disclosure.published_tables import publish_tables
from assets.disclosure.relations import Cell
from assets.release import gate
from assets.release.gate import GateClosedError, check_gate, released_tables
from tests.component.release import figures as f


def obstacles(con: duckdb.DuckDBPyConnection, **options: object) -> set[tuple[str, str]]:
    with pytest.raises(GateClosedError) as caught:
        check_gate(con, f.required(), **options)  # type: ignore[arg-type]
    return {(o.table, o.rule) for o in caught.value.obstacles}


def test_complete_passing_evidence_opens_it(con: duckdb.DuckDBPyConnection) -> None:
    f.ready(con, f.national())
    check_gate(con, f.required())


def test_no_evidence_closes_it_for_every_table(con: duckdb.DuckDBPyConnection) -> None:
    f.fill(con, f.national())
    publish_tables(con)
    assert {t for t, _ in obstacles(con)} == set(released_tables())


def test_one_changed_value_closes_it(con: duckdb.DuckDBPyConnection) -> None:
    f.ready(con, f.national())
    con.execute("UPDATE published.rates SET rate = rate + 1e-9 WHERE area_code = 'US'").fetchall()
    assert {t for t, _ in obstacles(con)} == {"published.rates"}


def test_a_changed_volatile_value_closes_it(con: duckdb.DuckDBPyConnection) -> None:
    f.ready(con, f.national())
    con.execute("UPDATE published.sources SET retrieved_at = 'today'").fetchall()
    assert {t for t, _ in obstacles(con)} == {"published.sources"}


def test_incomplete_evidence_closes_it(con: duckdb.DuckDBPyConnection) -> None:
    f.ready(con, f.national())
    con.execute(
        "DELETE FROM meta.evidence WHERE rule_id = 'T-RANGE' AND table_name = 'published.targets'"
    ).fetchall()
    assert obstacles(con) == {("published.targets", "T-RANGE")}


def test_a_failed_critical_rule_closes_it_and_says_what_to_do(
    con: duckdb.DuckDBPyConnection,
) -> None:
    f.ready(con, f.national())
    f.give_evidence(
        con,
        ["published.rates"],
        outcome="failed",
        failing_count=1,
        observed="1 of 13 break the rule",
        failing_keys=({"area_code": "US-MO", "rate": 99},),
    )
    with pytest.raises(GateClosedError) as caught:
        check_gate(con, f.required())
    said = str(caught.value)
    for part in ("published.rates", "T-KEY", "Keys are unique.", "US-MO", "Look at the rows."):
        assert part in said


@pytest.mark.parametrize("outcome", ["failed", "not_evaluated"])
def test_what_could_not_be_evaluated_counts_as_failed(
    con: duckdb.DuckDBPyConnection, outcome: str
) -> None:
    f.ready(con, f.national())
    f.give_evidence(con, ["published.areas"], outcome=outcome)
    assert obstacles(con) == {("published.areas", "T-KEY")}


@pytest.mark.parametrize(
    "changes",
    [
        {"outcome": "waived", "waiver_id": "W-1"},
        {"outcome": "failed", "severity": "warning"},
        {"outcome": "failed", "check_name": "plausibility"},
    ],
)
def test_waived_and_advisory_findings_do_not_close_it(
    con: duckdb.DuckDBPyConnection, changes: dict[str, object]
) -> None:
    f.ready(con, f.national())
    f.give_evidence(con, ["published.areas"], **changes)
    check_gate(con, f.required())


def test_tables_behind_the_release_are_demanded_too(con: duckdb.DuckDBPyConnection) -> None:
    f.ready(con, f.national())
    rules = f.required(["core.areas", "rates.rates"])
    with pytest.raises(GateClosedError) as caught:
        check_gate(con, rules)
    assert {o.table for o in caught.value.obstacles} == {"core.areas", "rates.rates"}
    f.give_evidence(con, ["core.areas", "rates.rates"])
    check_gate(con, rules)


def test_a_table_without_rules_is_not_published(con: duckdb.DuckDBPyConnection) -> None:
    f.ready(con, f.national())
    rules = f.required()
    rules.pop("published.claims")
    with pytest.raises(GateClosedError, match="no rule is declared"):
        check_gate(con, rules)


def test_a_missing_table_closes_it(con: duckdb.DuckDBPyConnection) -> None:
    f.ready(con, f.national())
    con.execute("DROP TABLE published.trends").fetchall()
    assert obstacles(con) == {("published.trends", "GATE-TABLE")}


def test_a_withheld_count_that_can_be_computed_closes_it(con: duckdb.DuckDBPyConnection) -> None:
    guarded = f.series("29001", "state_extract")
    yearly = {2008: 2, 2009: 15, 2010: 14}
    rows = [f.rate(n, 4000, **guarded, **f.window(y)) for y, n in yearly.items()]
    rows.append(f.rate(31, 12000, **guarded, **f.window(2008, 2010)))
    f.ready(con, [*f.national(), *rows])
    check_gate(con, f.required())
    # Somebody shows again what disclosure control withheld beside the small count.
    f.write(
        con,
        "published.rates",
        [*f.national(), *[r for r in rows if r["numerator"] != 2]],
    )
    f.give_evidence(con, ["published.rates"])
    with pytest.raises(GateClosedError, match="GATE-DISCLOSURE") as caught:
        check_gate(con, f.required())
    told = str(caught.value)
    assert "area=29001, count=infant_deaths, period=2008-01-01 to 2008-12-31" in told
    assert "series=state_extract" in told
    (obstacle,) = caught.value.obstacles
    assert set(obstacle.rows[0]) == {"area", "count", "period", "series"}


def test_the_area_of_a_leak_has_its_name() -> None:
    cell = Cell("s", "infant_deaths", "US-MO", "US", "race", "black", date(2008, 1, 1),
                date(2010, 12, 31))  # fmt: skip
    assert gate._named(cell, {"US-MO": "Missouri"}) == {
        "area": "Missouri (US-MO)",
        "count": "infant_deaths",
        "period": "2008-01-01 to 2010-12-31",
        "group": "race black",
        "series": "s",
        "boundaries": "US",
    }
