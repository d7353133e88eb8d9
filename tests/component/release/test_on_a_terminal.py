"""What the commands look like on a real terminal, and in a pipe."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from assets.schema.contract import CONTRACT_FILE
from assets.schema.model import Layer
from assets.schema.registry import tables_of
from assets.state.home import Home
from pipelines.commands.shown_columns import IMPORTANT, choose
from tests.pseudo_terminal import on_terminal

SEVERAL = """
import json, sys
from pipelines.cli import main
for words in json.loads(sys.argv[1]):
    print("$", *words, flush=True)
    try:
        main(words)
    except SystemExit as end:
        print("=", end.code, flush=True)
"""
"""Runs several commands in one process, so that the packages are imported once."""
NUMBER = {
    "rates": "rate_", "rankings": "rank", "disparities": "rate_", "trends": "change_",
    "targets": "target_", "claims": "claimed_", "suppression": "cells",
    "suppression_by_window": "cells", "areas": "area_",
    "sources": "staged_", "quality": "failing_", "changes": "table_", "headline": "rate_",
    "disagreements": "value", "definitions": "definition_", "strata": "group_",
    "comparisons": "rate_", "decompositions": "part", "perinatal_periods": "excess_",
}  # fmt: skip
"""What stands in the heading of the numbers of each table."""
BOXES = re.compile("[\u2500-\u257f]")


@pytest.fixture
def home(one_release: Home) -> Home:
    return one_release


def shown(
    home: Home, *commands: tuple[str, ...], columns: int = 80, **environment: str
) -> list[tuple[list[str], int]]:
    """Return lines and exit code of each command on a terminal."""
    done = on_terminal(
        [sys.executable, "-c", SEVERAL, json.dumps(commands)],
        columns=columns,
        environment={"IMR_HOME": str(home.root), "PAGER": "cat", **environment},
    )
    assert done.exit_code == 0, done.raw
    found: list[tuple[list[str], int]] = []
    lines: list[str] = []
    for line in done.lines:
        if line.startswith("$ "):
            lines = []
        elif line.startswith("= "):
            found.append((lines, int(line.removeprefix("= "))))
        else:
            lines.append(line)
    assert len(found) == len(commands), done.raw
    return found


def test_the_important_columns_are_columns_of_every_published_table() -> None:
    tables = {t.name: t.column_names for t in tables_of(Layer.PUBLISHED)}
    assert set(IMPORTANT) == set(tables)
    # Releases of the schema before are shown as well, whose contract is kept.
    before = json.loads(CONTRACT_FILE.with_name("contract_v1.json").read_text())["tables"]
    for name, columns in IMPORTANT.items():
        known = {*tables[name], *before.get(name, {}).get("columns", ())}
        assert set(columns) <= known, name
        assert len(set(columns)) == len(columns), name


@pytest.mark.parametrize("columns", [60, 80, 120])
def test_every_table_shows_its_numbers_within_the_width(home: Home, columns: int) -> None:
    tables = [t.name for t in tables_of(Layer.PUBLISHED)]
    commands = [("show",), ("releases",), ("sources",), *(("show", t) for t in tables)]
    found = shown(home, *commands, columns=columns)
    for words, (lines, code) in zip(commands, found, strict=True):
        assert code == 0, lines
        # The folder, and the last line on what to do, may be longer than a narrow screen.
        table = [line for line in lines if not re.search(r"--\w|/|No row", line)]
        assert max(map(len, table)) <= columns, (words, table)
        if len(words) == 2 and columns > 60:
            rule = next(i for i, line in enumerate(lines) if set(line) == {"-", " "})
            head = " ".join(lines[max(0, rule - 4) : rule])
            assert NUMBER[words[1]] in head, (words, lines)


def test_the_part_of_a_difference_stands_between_long_names() -> None:
    headings = next(
        t.column_names for t in tables_of(Layer.PUBLISHED) if t.name == "decompositions"
    )
    long = {"area_name": "England, Wales and elsewhere", "factor": "composition",
            "reference_area_name": "England, Wales and Scotland", "group_name": "Under 24 weeks",
            "period_end": "2018-12-31", "reference_period_end": "2010-12-31"}  # fmt: skip
    rows = [[long.get(name, -0.04599 - n) for name in headings] for n in range(2)]
    shown_names = [headings[i] for i in choose("decompositions", headings, rows, 80)[0]]
    assert {"area_name", "reference_area_name", "part"} <= set(shown_names)


def test_a_rate_is_on_the_screen_as_it_is_displayed(home: Home) -> None:
    where = ("show", "rates", "--where", "area_code = 'US-MO' AND value_status = 'ok'")
    ((lines, _),) = shown(home, where)
    assert any("6.3" in line or "6.2" in line for line in lines), lines
    assert any(line.startswith("All rows: ") for line in lines)


def test_vertical_shows_every_column(home: Home) -> None:
    words = ("show", "rates", "--limit", "1")
    (lines, _), (short, _) = shown(home, (*words, "--vertical"), (*words, "-x"))
    assert [x for x in lines if x] == [x for x in short if x]
    names = [line.split()[0] for line in lines if line.startswith("  ") and line.split()]
    (rates,) = [t for t in tables_of(Layer.PUBLISHED) if t.name == "rates"]
    assert set(rates.column_names) <= set(names)
    assert max(map(len, lines[: len(names)])) <= 80


def test_columns_that_cannot_stand_side_by_side_are_shown_upright(home: Home) -> None:
    wide = "area_name,numerator,denominator,rate,ci_lower_95,ci_upper_95,ci_lower_998,ci_upper_998"
    ((lines, code),) = shown(home, ("show", "rates", "--limit", "2", "--columns", wide), columns=60)
    assert code == 0
    assert lines[0] == "row 1"
    assert "row 2" in lines
    assert sum(line.split()[:1] == ["numerator"] for line in lines) == 2


def test_what_is_longer_than_the_screen_goes_through_the_pager(home: Home, tmp_path: Path) -> None:
    pager = tmp_path / "pager"
    pager.write_text("#!/bin/sh\necho PAGED\ncat\n")
    pager.chmod(0o755)
    long, short = ("show", "rates", "-x"), ("show", "rates", "--limit", "1")
    found = shown(home, long, short, (*long, "--no-pager"), PAGER=str(pager))
    assert ["PAGED" in lines for lines, _ in found] == [True, False, False]
    ((lines, _),) = shown(home, long, PAGER="/no/such/pager")
    assert "row 1" in lines


def test_a_mistake_fits_and_names_what_was_meant(home: Home) -> None:
    found = shown(
        home,
        ("shwo",),
        ("show", "rate"),
        ("show", "rates", "--columns", "area_nam"),
        ("show", "rates", "--where", "area_nam = 'x'"),
        ("show", "rates", "--release", "2026.06.02"),
        ("show", "rates", "--release", "nigthly"),
        ("show", "rates", "--limt", "3"),
        ("sql", "SELECT * FROM ratess"),
        ("explain", "rates", "area_cod=US"),
        ("diff", "nightly", "nightly", "--cause", "revison"),
        ("run", "--job", "nighly"),
        ("ingest", "/dev/null", "--dataset", "nchs_wonder_linkd"),
    )
    meant = ["show", "rates", "area_name", "area_name", "2026.06.01", "nightly", "--limit", "rates",
             "area_code", "", "nightly", "nchs_wonder_linked"]  # fmt: skip
    for (lines, code), word in zip(found, meant, strict=True):
        said = " ".join(lines)
        assert code in (1, 2), said
        assert "Traceback" not in said
        if word:
            assert re.search(rf"[Dd]id you mean[^?]*'{re.escape(word)}'", said), said


@pytest.mark.parametrize("environment", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_who_wants_no_colour_gets_none(home: Home, environment: dict[str, str]) -> None:
    done = on_terminal(
        [sys.executable, "-c", SEVERAL, json.dumps([["show"], ["releases"], ["nothing"]])],
        environment={"IMR_HOME": str(home.root), **environment},
    )
    assert "\x1b" not in done.raw


def test_a_pipe_gets_one_line_per_row_and_nothing_drawn(home: Home) -> None:
    commands = [["show"], ["show", "quality"], ["releases"], ["sources"],
                ["show", "rates", "--limit", "0"]]  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", SEVERAL, json.dumps(commands)],
        env={**os.environ, "IMR_HOME": str(home.root), "COLUMNS": "40"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert not BOXES.search(done.stdout + done.stderr)
    assert "\x1b" not in done.stdout + done.stderr
    rates = done.stdout.split("$ show rates --limit 0\n")[1].split("= 0")[0].splitlines()
    assert len(rates) == 2 + 14
    assert "ci_upper_998" in rates[0]
    sources = done.stdout.split("$ sources\n")[1].split("= 0")[0].splitlines()
    assert "Public domain" in sources[2]
