"""Bad input never corrupts and never half-publishes: refused, reported, the last good serves."""

from __future__ import annotations

import io
import json
import os
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner

from assets.release.channels.resolve import resolve
from pipelines.cli import main

from .conftest import Said, run_imr

SAMPLES = Path(__file__).parents[3] / "assets/producers"
LINKED = SAMPLES / "nchs/samples/files/wonder_linked_state_2023.txt"
NATALITY = SAMPLES / "nchs/samples/files/wonder_natality_us_2007-2024.txt"
VSRR = SAMPLES / "nchs/samples/files/vsrr_hmz2-vwda_edition_2.json"


def sheet_and_title_renamed() -> bytes:
    source = SAMPLES / "ons/samples/files/cim2022deathcohortworkbook.xlsx"
    buffer = io.BytesIO()
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "xl/workbook.xml":
                assert b'name="3"' in content
                content = content.replace(b'name="3"', b'name="Table_3"')
            if name == "xl/sharedStrings.xml":
                assert content.count(b"Table 3: ") == 1
                content = content.replace(b"Table 3: ", b"Areas: ")
            new.writestr(name, content)
    return buffer.getvalue()


def replaced(source: Path, old: bytes, new: bytes) -> bytes:
    content = source.read_bytes()
    assert old in content
    return content.replace(old, new, 1)


def without_line(source: Path, start: bytes) -> bytes:
    lines = source.read_bytes().splitlines(keepends=True)
    kept = [line for line in lines if start not in line]
    assert len(kept) < len(lines)
    return b"".join(kept)


ALABAMA = b'"Alabama"\t"01"'
BAD: dict[str, tuple[str, str, Callable[[], bytes], str]] = {
    "truncated export": (
        "nchs_wonder_linked",
        "cut.txt",
        lambda: LINKED.read_bytes().split(b'"---"')[0],
        "footer",
    ),
    "error page saved as a workbook": (
        "ons_child_mortality",
        "cim2024.xlsx",
        lambda: b"<!DOCTYPE html><html><body>Not found</body></html>",
        "html",
    ),
    "a sheet and its title renamed": (
        "ons_child_mortality",
        "cim.xlsx",
        sheet_and_title_renamed,
        "Table_3",
    ),
    "column renamed": (
        "nchs_vsrr_counts",
        "vsrr.json",
        lambda: VSRR.read_bytes().replace(b"data_value", b"datavalue"),
        "Data Value",
    ),
    "letters in a number": (
        "nchs_wonder_linked",
        "letters.txt",
        lambda: replaced(LINKED, b"\t442\t", b"\t4x2\t"),
        "4x2",
    ),
    "negative count": (
        "nchs_wonder_linked",
        "negative.txt",
        lambda: replaced(LINKED, b"\t442\t", b"\t-442\t"),
        "-442",
    ),
    "deaths larger than births": (
        "nchs_wonder_linked",
        "deaths.txt",
        lambda: replaced(LINKED, b"\t442\t57858\t", b"\t57858\t442\t"),
        "deaths",
    ),
    "a state missing": (
        "nchs_wonder_linked",
        "missing.txt",
        lambda: without_line(LINKED, b'"Missouri"'),
        "Missouri",
    ),
    "an empty file": ("nchs_wonder_linked", "empty.txt", lambda: b"", "empty"),
    "a wrong encoding": (
        "nchs_wonder_linked",
        "utf16.txt",
        lambda: LINKED.read_bytes().decode("ascii").encode("utf-16-le"),
        "utf16.txt",
    ),
    "a duplicated key": (
        "nchs_wonder_linked",
        "twice.txt",
        lambda: b"".join(
            line * (2 if ALABAMA in line else 1)
            for line in LINKED.read_bytes().splitlines(keepends=True)
        ),
        "Alabama",
    ),
}


def state_of(home: Path) -> dict[str, bytes]:
    folders = ("releases", "archive")
    return {
        str(p.relative_to(home)): p.read_bytes()
        for folder in folders
        for p in (home / folder).rglob("*")
        if p.is_file() and p.name != ".attempt.json"
    }


@pytest.fixture(scope="module")
def refusing(first_run: tuple[Path, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A published home that many bad extracts are offered to."""
    home = tmp_path_factory.mktemp("refusing") / "home"
    shutil.copytree(first_run[0], home)
    return home


@pytest.mark.parametrize("name", BAD)
def test_a_bad_extract_is_refused_by_name_and_changes_nothing(
    refusing: Path, tmp_path: Path, name: str
) -> None:
    dataset, file_name, content, word = BAD[name]
    bad = tmp_path / file_name
    bad.write_bytes(content())
    home = refusing
    before = state_of(home)
    words = ["ingest", str(bad), "--dataset", dataset]
    done = CliRunner().invoke(main, words, env={"IMR_HOME": str(home)})
    assert done.exit_code == 3, done.output
    assert "refused: [" in done.stderr
    assert file_name in done.stderr
    assert "expected" in done.stderr
    assert word in done.stderr
    assert state_of(home) == before
    reports = list((home / "quarantine" / dataset).glob("*/report.json"))
    assert any(json.loads(r.read_text(encoding="utf-8"))["file"] == file_name for r in reports)


def test_a_refused_extract_marks_its_source_stale_and_the_rest_goes_on(
    second_night: tuple[Path, Said],
) -> None:
    home, said = second_night
    assert said.exit_code == 3, said.err
    assert "STALE nchs_wonder_linked: [INTAKE-WONDER-" in said.err
    shown = run_imr(home, "sources", "--format", "json").stdout
    states = {row["dataset_id"]: row["status"] for row in json.loads(shown)}
    assert states["nchs_wonder_linked"] == "stale"
    assert states["nchs_wonder_mortality"] != "stale"
    queried = run_imr(
        home,
        "sql",
        "SELECT dataset_id, count(*) AS n FROM sources WHERE status='stale' GROUP BY ALL "
        "ORDER BY ALL",
        "--format",
        "json",
    )
    # Of births an extract is set aside by a rule in this night; its release says so already.
    assert json.loads(queried.stdout) == [
        {"dataset_id": "nchs_wonder_linked", "n": 1},
        {"dataset_id": "nchs_wonder_natality", "n": 1},
    ]


def test_an_extract_with_which_a_critical_rule_fails_is_set_aside_alone(
    first_run: tuple[Path, str], second_night: tuple[Path, Said]
) -> None:
    home, said = second_night
    assert said.exit_code == 3, said.err
    assert "STALE nchs_wonder_natality: " in said.err
    assert "CONTROL-US-BIRTHS" in said.err
    assert "3,696,017" in said.err or "3696017" in said.err
    old, new = (resolve(h / "releases").path for h in (first_run[0], home))
    inputs = (json.loads((f / "manifest.json").read_text("utf-8"))["inputs"] for f in (old, new))
    before, after = ({entry["vintage_id"] for entry in used} for used in inputs)
    assert {v.partition("@")[0] for v in after - before} == {
        "local_area_counts",
        "nchs_vsrr_counts",
    }
    others = "source_family NOT IN ('nchs_provisional', 'state_extract')"
    first, later = (
        f"SELECT * FROM read_parquet('{folder / 'rates.parquet'}', hive_partitioning = false) "
        f"WHERE {others}"
        for folder in (old, new)
    )
    differ = f"({first} EXCEPT ALL {later}) UNION ALL ({later} EXCEPT ALL {first})"
    assert duckdb.sql(differ).fetchall() == []
    was, is_now = state_of(first_run[0]), state_of(home)
    assert [k for k, v in was.items() if is_now.get(k) != v and "/channels/" not in k] == []


def test_a_warehouse_that_rots_is_made_again_in_the_same_run(
    published: Path, tmp_path: Path
) -> None:
    """Nor does a file that somebody offered by hand, and that was refused, make the run stale."""
    bad = tmp_path / "cut.txt"
    bad.write_bytes(LINKED.read_bytes().split(b'"---"')[0])
    assert run_imr(published, "ingest", str(bad), "--dataset", "nchs_wonder_linked").returncode == 3
    warehouse = published / "warehouse.duckdb"
    size = warehouse.stat().st_size
    # Every block of DuckDB's file (256 KiB, after three headers of 4 KiB), so that one is in use.
    with warehouse.open("r+b") as handle:
        for block in range(3 * 4096, size, 256 * 1024):
            handle.seek(block + 1000)
            handle.write(os.urandom(300))
    done = run_imr(published, "run")
    assert done.returncode == 0, done.stderr
    assert "Nothing changed" in done.stdout
    assert done.stderr.count("ALERT warehouse damaged") == 1
    assert "STALE" not in done.stderr
