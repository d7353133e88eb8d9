"""Lists that repeat another: each is derived from it, or held to it here."""

from __future__ import annotations

import re
import signal
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from assets.producers.catalogue import DATASETS
from assets.producers.local.grammar import COUNTS
from assets.rates.measures import measures
from assets.schema import codes
from assets.schema.registry import TABLES
from assets.schema.strata.vocabulary import crossed
from assets.schema.traits import traits
from expectations import waivers
from expectations.suites import suite_for, suite_tables
from pipelines import outcome
from pipelines.cli import _COMMANDS

ROOT = Path(__file__).parents[2]
CODE = ("assets", "expectations", "pipelines")
_COMPARED = re.compile(
    r"\b([a-z_]+)\s*(?:=|<>|(?:NOT\s+)?IN)\s*('[^']*'|\((?:\s*'[^']*'\s*,?)+\))", re.IGNORECASE
)
_OTHER_MEANING = {
    # 'missing' rows of a window and statuses of counts stand in columns of the same name.
    "status": {*codes.COUNT_STATUSES, *codes.PRINTED_RATE_STATUSES, *codes.VALUE_STATUSES},
    "measure": {*codes.COUNT_MEASURES, *codes.RATE_MEASURES},
    "dataset_id": {d.dataset_id for d in DATASETS},
}


_PRINTED_BESIDE_OURS = ROOT / "assets/rates/printed_beside_ours.sql"


def sql_files() -> list[Path]:
    return [path for room in CODE for path in sorted((ROOT / room).rglob("*.sql"))]


def allowed() -> dict[str, set[str]]:
    """Return the words that a column may hold, of every column with a closed list."""
    found: dict[str, set[str]] = {}
    for table in TABLES.values():
        for column in table.columns:
            if column.allowed and not table.full_name.startswith("staging."):
                values = crossed(column.allowed) if column.crossed else column.allowed
                found.setdefault(column.name, set()).update(values)
    # A measure of a producer is a count or a rate; definitions and contradictions have kinds too.
    found["kind"] |= {"count", "rate"}
    # The reasons for a printed rate, which disagreements has in words of its own.
    reasons = re.findall(r"(?:THEN|WHEN) '([A-Z-]+)'", _PRINTED_BESIDE_OURS.read_text("utf-8"))
    found["explained_by"] |= set(reasons)
    return found | _OTHER_MEANING


def compared(text: str) -> Iterator[tuple[str, str]]:
    for column, literals in _COMPARED.findall(re.sub(r"--[^\n]*", "", text)):
        for literal in re.findall(r"'([^']*)'", literals):
            yield column.lower(), literal


@pytest.mark.parametrize("path", sql_files(), ids=lambda p: p.stem)
def test_sql_compares_columns_with_words_that_they_can_hold(path: Path) -> None:
    words = allowed()
    strange = {
        (column, literal)
        for column, literal in compared(path.read_text(encoding="utf-8"))
        if column in words and literal not in words[column]
    }
    assert strange == set()


def test_what_is_shown_is_asked_for_whole() -> None:
    """A row with numbers is never left out because one of its statuses was forgotten."""
    shown = set(codes.VALUES_SHOWN)
    for path in sql_files():
        text = path.read_text(encoding="utf-8")
        for literals in re.findall(r"status\w* (?:NOT )?IN \(([^()]*)\)", text):
            named = set(re.findall(r"'([^']*)'", literals))
            assert "unreliable" not in named or shown <= named, path.name


def test_parts_of_code_lists_are_parts_of_them() -> None:
    assert set(codes.LOCAL_AUTHORITIES) <= set(codes.AREA_TYPES)
    assert set(codes.VALUES_SHOWN) <= set(codes.VALUE_STATUSES)
    assert set(codes.STRATA) <= set(codes.STRATUM_TYPES)
    assert set(codes.DEATH_AGES) <= set(codes.COUNT_MEASURES)
    assert {*codes.COUNT_SUMS, *(p for s in codes.COUNT_SUMS.values() for p in s)} <= set(
        codes.COUNT_MEASURES
    )
    assert {m.name for m in measures()} <= set(codes.RATE_MEASURES)
    derived = {*codes.COUNT_SUMS, *(trait.count for trait in traits())}
    assert set(COUNTS) == set(codes.COUNT_MEASURES) - derived


def test_only_the_warehouse_opens_databases() -> None:
    """Its settings hold for all: no extension is fetched, and DuckDB draws no bar of its own."""
    found = {
        path.relative_to(ROOT).as_posix()
        for room in CODE
        for path in (ROOT / room).rglob("*.py")
        if "duckdb.connect(" in path.read_text(encoding="utf-8")
    }
    assert found == {"assets/state/warehouse.py"}


def rule_ids() -> set[str]:
    known = {rule for name in suite_tables() for rule in suite_for(name).rule_ids}
    written = [
        p for room in CODE for kind in ("py", "yaml") for p in (ROOT / room).rglob(f"*.{kind}")
    ]
    for path in written:
        known |= set(re.findall(r"\b[A-Z][A-Z0-9]+(?:-[A-Z0-9]+)+\b", path.read_text("utf-8")))
    # Rules of acceptance are called after what they measure.
    measured = re.findall(r"[\"\s]([a-z]+_[a-z_]+)[\":]", "\n".join(
        (ROOT / "assets/archive" / name).read_text("utf-8")
        for name in ("acceptance.py", "acceptance.yaml")
    ))  # fmt: skip
    return known | {f"ACCEPT-{name.upper().replace('_', '-')}" for name in measured}


def test_documents_name_rules_that_there_are() -> None:
    known = rule_ids()
    for document in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))):
        text = document.read_text(encoding="utf-8")
        named = set(
            re.findall(r"`((?:CORE|RATES|RECONCILE|STAGING|GATE|WONDER|ACCEPT|INTAKE|GEOGRAPHY)"
                       r"-[A-Z0-9-]+[A-Z0-9])`", text)
        )  # fmt: skip
        assert {n for n in named if n not in known} == set(), document.name


def test_waivers_are_of_rules_that_there_are() -> None:
    for name in suite_tables():
        assert {w.rule_id for w in waivers.waivers_of(name)} <= suite_for(name).rule_ids


def test_documents_list_what_every_command_reports() -> None:
    text = (ROOT / "docs/commands.md").read_text(encoding="utf-8")
    table = text[text.index("members of `result`") :]
    named = set(re.findall(r"^\| `([a-z]+)` \|", table, re.MULTILINE))
    assert named == set(_COMMANDS) - {"dagster"}  # which hands over to Dagster's own programs


def test_the_runbook_explains_every_exit_code() -> None:
    text = (ROOT / "docs/runbook.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| ([0-9, ]+) \|", text, re.MULTILINE)
    codes_listed = {int(code) for cell in listed for code in cell.split(",")}
    signalled = {128 + signal.SIGINT, 128 + signal.SIGTERM}
    wrong_use = click.UsageError.exit_code
    ended = {outcome.PUBLISHED_OR_UNCHANGED, outcome.CHECKS_FAILED, outcome.SOURCE_FAILED}
    assert codes_listed == {wrong_use} | ended | signalled


def test_documents_list_every_dataset() -> None:
    text = (ROOT / "docs/sources.md").read_text(encoding="utf-8")
    rows = [line for line in text.splitlines() if line.startswith("| `")]
    named: set[str] = set()
    for line in rows:
        names = re.findall(r"`([a-z0-9_]+)`", line.split("|")[1])
        stem = names[0].rsplit("_", 1)[0] if names else ""
        named |= {stem + n if n.startswith("_") else n for n in names}
    fetched_or_exported = {d.dataset_id for d in DATASETS if d.source != "local"}
    assert fetched_or_exported <= named
