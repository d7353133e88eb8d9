"""A breaking change of the published tables cannot pass without saying so."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import duckdb
import pytest

from assets.schema import contract as sc
from assets.schema.contract import ContractBrokenError

OLD: dict[str, Any] = {
    "schema_version": "1.2.0",
    "tables": {
        "rates": {
            "grain": "area × year",
            "key": ["area", "year"],
            "columns": {
                "area": {"type": "text", "unit": None, "required": True, "allowed": None,
                         "pattern": "[A-Z]+", "description": "Area"},
                "year": {"type": "integer", "unit": None, "required": True, "allowed": None,
                         "description": "Year"},
                "rate": {"type": "number", "unit": "per 1,000", "required": False,
                         "allowed": None, "minimum": 0, "maximum": 1000,
                         "description": "Rate"},
                "status": {"type": "text", "unit": None, "required": True,
                           "allowed": ["ok", "missing"], "pattern": None, "description": "Status"},
            },
        },
        "areas": {"grain": "area", "key": ["area"], "columns": {}},
    },
}  # fmt: skip


NO_LIMIT = object()
"""Stands for a limit that is taken away."""


def changed(version: str, *path: str, value: object = None) -> dict[str, Any]:
    """The contract with one fact replaced, or removed where the value is ``None``."""
    new = copy.deepcopy(OLD)
    new["schema_version"] = version
    place = new["tables"]
    for part in path[:-1]:
        place = place[part]
    if value is None:
        del place[path[-1]]
    else:
        place[path[-1]] = None if value is NO_LIMIT else value
    return new


COLUMN = {"type": "text", "unit": None, "required": False, "allowed": None, "description": "New"}
LIMITS = ("minimum", "maximum", "pattern")
MOVED = {k: OLD["tables"]["rates"]["columns"][k] for k in ("year", "area", "rate", "status")}
BREAKING = [
    ("rates", "columns", MOVED),
    ("rates", "columns", "rate", "minimum", -1),
    ("rates", "columns", "rate", "maximum", 2000),
    ("rates", "columns", "rate", "maximum", NO_LIMIT),
    ("rates", "columns", "area", "pattern", ".+"),
    ("rates", "columns", "area", "pattern", NO_LIMIT),
    ("areas",),
    ("rates", "columns", "rate"),
    ("rates", "key", ["area"]),
    ("rates", "columns", "rate", "type", "integer"),
    ("rates", "columns", "rate", "unit", "per 100,000"),
    ("rates", "columns", "status", "required", False),
    ("rates", "columns", "status", "allowed", ["ok"]),
]
ADDITIONS = [
    ("rates", "columns", {"band": COLUMN, **OLD["tables"]["rates"]["columns"]}),
    ("rates", "columns", "rate", "minimum", 1),
    ("rates", "columns", "rate", "maximum", 100),
    ("rates", "columns", "status", "pattern", "[a-z]+"),
    ("trends", {"grain": "", "key": [], "columns": {}}),
    ("rates", "columns", "band", COLUMN),
    ("rates", "columns", "status", "allowed", ["ok", "missing", "suppressed"]),
]


def apply(version: str, change: tuple[Any, ...]) -> dict[str, Any]:
    if isinstance(change[-1], str) and change[-2:-1] not in [
        (f,) for f in ("type", "unit", *LIMITS)
    ]:
        return changed(version, *change)
    return changed(version, *change[:-1], value=change[-1])


@pytest.mark.parametrize("change", BREAKING)
def test_a_breaking_change_needs_a_major_version(change: tuple[Any, ...]) -> None:
    for version in ("1.2.0", "1.3.0"):
        with pytest.raises(ContractBrokenError, match="new major version") as caught:
            sc.check_version(OLD, apply(version, change))
        assert "- breaking: " in str(caught.value)
    sc.check_version(OLD, apply("2.0.0", change))


@pytest.mark.parametrize("change", ADDITIONS)
def test_an_addition_needs_a_minor_version(change: tuple[Any, ...]) -> None:
    for version in ("1.2.0", "1.2.1"):
        with pytest.raises(ContractBrokenError, match="new minor version"):
            sc.check_version(OLD, apply(version, change))
    sc.check_version(OLD, apply("1.3.0", change))
    sc.check_version(OLD, apply("2.0.0", change))


@pytest.mark.parametrize(
    ("path", "text"),
    [(("rates", "columns", "rate", "description"), "The rate"), (("rates", "grain"), "area")],
)
def test_somebody_decides_about_wording(path: tuple[str, ...], text: str) -> None:
    for version in ("1.2.0", "1.2.1", "1.3.0"):
        new = changed(version, *path, value=text)
        with pytest.raises(ContractBrokenError, match=r"--reworded") as caught:
            sc.check_version(OLD, new)
        assert f"became {text!r}" in str(caught.value)
        assert "redefined: raise the major version" in str(caught.value)
        sc.check_version(OLD, new, reworded=True)
    sc.check_version(OLD, changed("2.0.0", *path, value=text))
    assert [c.kind for c in sc.differences(OLD, new)] == ["wording"]


def test_reworded_excuses_nothing_else() -> None:
    new = changed("1.2.0", "rates", "columns", "rate", "unit", value="per 100,000")
    with pytest.raises(ContractBrokenError, match="new major version"):
        sc.check_version(OLD, new, reworded=True)


def test_a_contract_without_limits_says_nothing_about_them() -> None:
    old = copy.deepcopy(OLD)
    for fact in ("minimum", "maximum"):
        del old["tables"]["rates"]["columns"]["rate"][fact]
    assert sc.differences(old, OLD) == []


def test_the_registry_states_limits_and_order() -> None:
    rates = sc.current_contract()["tables"]["rates"]["columns"]
    assert {f: rates["denominator"][f] for f in LIMITS} == {
        "minimum": 0, "maximum": None, "pattern": None,
    }  # fmt: skip
    assert tuple(sc.load()["tables"]["rates"]["columns"]) == tuple(rates)


def test_a_version_does_not_go_back() -> None:
    with pytest.raises(ContractBrokenError, match="older"):
        sc.check_version(OLD, {**OLD, "schema_version": "1.1.9"})


def test_a_renamed_column_is_a_removed_and_an_added_one() -> None:
    new = changed("2.0.0", "rates", "columns", "rate")
    new["tables"]["rates"]["columns"]["value"] = COLUMN
    assert {(c.where, c.kind) for c in sc.differences(OLD, new)} == {
        ("rates.rate", "breaking"),
        ("rates.value", "addition"),
    }


def test_a_major_version_needs_a_note_and_a_successor(tmp_path: Path) -> None:
    new = changed("2.0.0", "rates", "columns", "rate")
    with pytest.raises(ContractBrokenError, match=r"2\.0\.0\.md does not say"):
        sc.check_migration(OLD, new, renames={}, notes=tmp_path)
    (tmp_path / "2.0.0.md").write_text("Use value.")
    with pytest.raises(ContractBrokenError, match=r"rates\.rate went away"):
        sc.check_migration(OLD, new, renames={}, notes=tmp_path)
    for kind in ("renamed", "dropped"):
        sc.check_migration(OLD, new, renames={kind: {"rates.rate": "value"}}, notes=tmp_path)
    sc.check_migration(OLD, {**OLD, "schema_version": "1.3.0"}, renames={}, notes=tmp_path / "no")


def test_old_names_keep_working(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    duckdb.execute(
        "COPY (SELECT 'US' AS area, 2010 AS year, 6 AS value, 'ok' AS status) "
        "TO 'figures.parquet' (FORMAT parquet)"
    ).fetchall()
    renames = {
        "renamed": {"rates": "figures", "rates.rate": "value"},
        "dropped": {"areas": "merged into figures"},
    }
    views = sc.compatibility_views(OLD, renames)
    with duckdb.connect() as con:
        con.execute(views).fetchall()
        assert con.execute("SELECT area, year, rate FROM rates").fetchall() == [("US", 2010, 6)]


def test_the_registry_keeps_the_stored_contract() -> None:
    stored = sc.load()
    new = sc.current_contract()
    sc.check_version(stored, new)
    before = sc.previous_major(new)
    if before is not None:
        sc.check_migration(before, new, renames=sc.load(sc.RENAMES_FILE))


def test_the_contract_of_the_major_version_before_is_kept(tmp_path: Path) -> None:
    file = tmp_path / "contract.json"
    major = int(sc.current_contract()["schema_version"].partition(".")[0])
    old = {**sc.current_contract(), "schema_version": f"{major - 1}.9.0"}
    file.write_text(json.dumps(old))
    sc.save(file)
    assert sc.load(file) == sc.current_contract()
    assert sc.previous_major(sc.current_contract(), tmp_path) == old
    assert sc.previous_major(OLD, tmp_path / "nowhere") is None


def test_storing_asks_about_wording(tmp_path: Path) -> None:
    file = tmp_path / "contract.json"
    sc.save(file)
    stored = sc.load(file)
    stored["tables"]["rates"]["grain"] = "something else"
    file.write_text(json.dumps(stored))
    with pytest.raises(ContractBrokenError, match="--reworded"):
        sc.save(file)
    assert [c.kind for c in sc.save(file, reworded=True)] == ["wording"]
    assert sc.load(file) == sc.current_contract()


def test_storing_refuses_a_hidden_break(tmp_path: Path) -> None:
    file = tmp_path / "contract.json"
    assert sc.save(file) == []
    stored = sc.load(file)
    assert stored == sc.current_contract()
    stored["tables"]["rates"]["columns"]["gone"] = COLUMN
    file.write_text(json.dumps(stored))
    with pytest.raises(ContractBrokenError, match=r"rates\.gone"):
        sc.save(file)


def test_pairs_that_were_listed_one_by_one_are_said_once() -> None:
    """A contract of before spells out each pair of values; the new one says that they may pair."""
    status = ("rates", "columns", "status")
    before = changed("1.2.0", *status, "allowed", value=["all", "a", "b", "a|b"])
    said = {**OLD["tables"]["rates"]["columns"]["status"], "allowed": ["all", "a", "b"]}
    now = changed("1.2.0", *status, value={**said, "crossed": True})
    assert sc.differences(before, now) == []
    (opened,) = sc.differences(changed("1.2.0", *status, value=said), now)
    (closed,) = sc.differences(now, changed("1.2.0", *status, value=said))
    assert (opened.kind, closed.kind) == (sc.ADDITION, sc.BREAKING)
