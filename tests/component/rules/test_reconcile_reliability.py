"""Marks that producers print beside rates are compared with the reliability of ours."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence

import duckdb
import pytest

from expectations.relational import rules_of, run
from expectations.rule import Finding
from expectations.suites import registry_table

Row = dict[str, object]
Put = Callable[[str, Sequence[Mapping[str, object]]], None]
NAME = "rates.rates"


def _rate(area: str, **more: object) -> Row:
    base: Row = {
        "source_family": "ons_registration",
        "area_code": area,
        "geography_vintage": "EW",
        "period_type": "year",
        "window_type": "annual",
        "period_start": dt.date(2012, 1, 1),
        "period_end": dt.date(2012, 12, 31),
        "measure": "infant_mortality",
        "stratum_type": "all",
        "stratum": "all",
    }
    return base | more


def _printed(area: str, status: str, vintage: str = "marked") -> Row:
    rate = None if status == "not_calculated" else 5.3
    return _rate(area, status=status, rate=rate, vintage_id=vintage)


def _ours(area: str, deaths: float) -> Row:
    status = "unreliable" if deaths < 20 else "ok"
    return _rate(area, value_status=status, numerator=deaths)


def _found(con: duckdb.DuckDBPyConnection) -> Finding:
    rules = [r for r in rules_of(NAME) if r.rule.rule_id == "RECONCILE-RELIABILITY"]
    (finding,) = run(con, rules, NAME, registry_table(NAME))
    assert not finding.error, finding.error
    return finding


@pytest.mark.parametrize(
    ("deaths", "status", "compared", "offending"),
    [
        (19, "unreliable", 2, 0),
        (20, "ok", 2, 0),
        (8, "ok", 2, 1),  # East Staffordshire 2012: 8 deaths, 5.3 without italics
        (20, "unreliable", 2, 1),
        (2, "not_calculated", 1, 0),
    ],
)
def test_a_forgotten_and_a_needless_mark_are_listed(
    con: duckdb.DuckDBPyConnection,
    put: Put,
    deaths: float,
    status: str,
    compared: int,
    offending: int,
) -> None:
    put("core.printed_rates", [_printed("E07000193", status), _printed("E06000001", "unreliable")])
    put(NAME, [_ours("E07000193", deaths), _ours("E06000001", 4)])
    found = _found(con)
    assert (found.compared, found.offending) == (compared, offending)


def test_a_vintage_without_marks_says_nothing(con: duckdb.DuckDBPyConnection, put: Put) -> None:
    put(
        "core.printed_rates",
        [_printed("E07000193", "ok", "unmarked"), _printed("E06000001", "unreliable")],
    )
    put(NAME, [_ours("E07000193", 8), _ours("E06000001", 4)])
    found = _found(con)
    assert (found.compared, found.offending) == (1, 0)
