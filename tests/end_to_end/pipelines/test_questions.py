"""The pages on ten questions give the same answers, and those that producers published."""

from __future__ import annotations

import csv
import re
import shutil
import subprocess
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

TOOLS = ("duckdb", "pandas", "polars", "r", "stata", "excel")
QUESTIONS = range(1, 11)
Answer = list[tuple[str, ...]]
"""Rows of an answer, numbers to nine digits."""


@pytest.fixture(scope="module")
def pages(repository: Path) -> dict[str, str]:
    folder = repository / "docs" / "questions"
    return {tool: (folder / f"{tool}.md").read_text(encoding="utf-8") for tool in TOOLS}


@pytest.fixture(scope="module")
def releases(first_run: tuple[Path, str]) -> Path:
    return first_run[0] / "releases"


@pytest.fixture(scope="module")
def of_duckdb(pages: dict[str, str], releases: Path) -> dict[int, Answer]:
    return python(pages["duckdb"], releases, lambda relation: relation.fetchall())


def test_every_page_has_the_same_ten_questions(pages: dict[str, str], repository: Path) -> None:
    headings = {tool: re.findall(r"^## (\d+\. .*)$", text, re.M) for tool, text in pages.items()}
    assert all(found == headings["duckdb"] for found in headings.values())
    assert [int(h.partition(".")[0]) for h in headings["duckdb"]] == list(QUESTIONS)
    index = (repository / "docs" / "questions" / "README.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| (\d+) \|", index, re.M) == [str(n) for n in QUESTIONS]


def test_the_answers_are_those_that_were_published(of_duckdb: dict[int, Answer]) -> None:
    # CDC WONDER, linked records 2023: Missouri 411 deaths of 67,123 live births.
    assert of_duckdb[1][0][:3] == ("annual", "2023", shown(1000 * 411 / 67123))
    ranked = {name: (rank_2020, rank_2023) for name, rank_2020, rank_2023 in of_duckdb[2]}
    assert len(ranked) == 50
    assert "District of Columbia" not in ranked
    # NVSR 73-5 and 74-7: 2.30 in 2007 (13.24 to 5.76 by bridged race of the mother: 2.299).
    assert of_duckdb[3][0][0] == "2007-12-31"
    assert of_duckdb[3][0][1].startswith("2.299")
    # ONS, child mortality 2022: England 3.9, Wales 3.6; NVSR 73-5: United States 5.61.
    rates = {row[0]: round(float(row[2]), 2) for row in of_duckdb[6]}
    assert {row[1] for row in of_duckdb[6]} == {"2022"}
    assert (round(rates["England"], 1), round(rates["Wales"], 1)) == (3.9, 3.6)
    assert rates["United States"] == 5.61
    # Healthy People 2030, MICH-02: 5.0.
    assert ("healthy_people_2030", "United States") in {row[:2] for row in of_duckdb[8]}
    assert [len(of_duckdb[n]) > 0 for n in QUESTIONS if n != 5] == [True] * 9


def test_pandas_gives_the_same(
    pages: dict[str, str], releases: Path, of_duckdb: dict[int, Answer]
) -> None:
    found = python(pages["pandas"], releases, lambda f: f.itertuples(index=False, name=None))
    assert found == of_duckdb


def test_polars_gives_the_same(
    pages: dict[str, str], releases: Path, of_duckdb: dict[int, Answer]
) -> None:
    assert python(pages["polars"], releases, lambda frame: frame.rows()) == of_duckdb


def test_r_gives_the_same(
    pages: dict[str, str], releases: Path, of_duckdb: dict[int, Answer], tmp_path: Path
) -> None:
    if shutil.which("Rscript") is None:
        pytest.skip("no Rscript on this machine; on Debian: apt-get install r-base-core")
    first, *blocks = re.findall(r"```r\n(.*?)```", pages["r"], re.S)
    code = first.replace("var/releases", str(releases))
    for number, block in enumerate(blocks, start=1):
        kept = f'write.csv(answer, "{tmp_path}/{number}.csv", row.names = FALSE, na = "")'
        code += block.replace("print(answer, row.names = FALSE)", kept)
    done = subprocess.run(
        ["Rscript", "--vanilla", "-"], input=code, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    for number in QUESTIONS:
        with (tmp_path / f"{number}.csv").open(encoding="utf-8") as file:
            _, *rows = csv.reader(file)
        assert [tuple(map(read, row)) for row in rows] == of_duckdb[number]


def test_the_filters_for_excel_choose_the_same_rows(
    pages: dict[str, str], releases: Path, of_duckdb: dict[int, Answer]
) -> None:
    (folder,) = releases.glob("release=*")
    sections = re.split(r"^## \d+\. .*$", pages["excel"], flags=re.M)[1:]
    for number in (1, 3, 4, 7, 9):
        assert filtered(sections[number - 1], folder) == of_duckdb[number], number
    ranks = chosen(sections[1], folder)
    pivot: dict[str, dict[str, str]] = {}
    for row in ranks:
        pivot.setdefault(row["area_name"], {})[row["period_end"]] = row["rank"]
    assert {
        (name, read(by_year["2020-12-31"]), read(by_year["2023-12-31"]))
        for name, by_year in pivot.items()
        if len(by_year) == 2
    } == set(of_duckdb[2])
    nations = chosen(sections[5], folder)
    newest = max(p for p in {r["period"] for r in nations} if len(same(nations, p)) == 3)
    assert {(r["area_name"], r["period"], read(r["rate"])) for r in same(nations, newest)} == {
        row[:3] for row in of_duckdb[6]
    }
    targets = sorted(chosen(sections[7], folder), key=lambda r: r["period_end"], reverse=True)
    first = {r["target_id"]: r for r in reversed(targets)}
    assert {
        (t, r["area_name"], r["period_end"][:4], read(r["rate"])) for t, r in first.items()
    } == {row[:4] for row in of_duckdb[8]}


def same(rows: Iterable[dict[str, str]], period: str) -> list[dict[str, str]]:
    return [row for row in rows if row["period"] == period]


def python(
    text: str, releases: Path, rows_of: Callable[[Any], Iterable[Sequence[object]]]
) -> dict[int, Answer]:
    """Run the blocks of a page one after the other; returns the answer of each question."""
    names: dict[str, Any] = {}
    first, *blocks = re.findall(r"```python\n(.*?)```", text, re.S)
    exec(first.replace("var/releases", str(releases)), names)  # noqa: S102
    answers = {}
    for number, block in enumerate(blocks, start=1):
        exec(block.replace("print(answer)", ""), names)  # noqa: S102
        answers[number] = [tuple(map(shown, row)) for row in rows_of(names["answer"])]
    return answers


def chosen(section: str, folder: Path) -> list[dict[str, str]]:
    """Rows of the file that a section opens, by the filters of its table."""
    (name,) = re.findall(r"Open `([\w.]+)`", section)
    filters = re.findall(r"^\| `(\w+)` \| (.*) \|$", section, re.M)
    with (folder / name).open(encoding="utf-8-sig") as file:
        return [row for row in csv.DictReader(file) if all(meets(row[c], f) for c, f in filters)]


def meets(value: str, wanted: str) -> bool:
    if wanted == "not blank":
        return value != ""
    if wanted.startswith("begins with "):
        return value.startswith(wanted.removeprefix("begins with "))
    # Excel shows true as TRUE.
    return value in wanted.split(", ") or value.upper() == wanted


def filtered(section: str, folder: Path) -> Answer:
    said = re.sub(r"\s+", " ", section)
    (read_names, sort_names) = re.findall(r"Read (.*?); sort by (.*?)\.", said)[0]
    rows = chosen(section, folder)
    order = re.findall(r"`(\w+)`", sort_names)
    rows.sort(key=lambda row: [row[c] for c in order])
    return [tuple(read(row[c]) for c in re.findall(r"`(\w+)`", read_names)) for row in rows]


def read(text: str) -> str:
    """A cell of a CSV file, as ``shown`` writes the value."""
    if text.lower() in ("true", "false"):
        return text.lower()
    if re.fullmatch(r"-?\d+(\.\d+)?(e[-+]?\d+)?", text, re.I):
        return f"{float(text):.9g}"
    return text


def shown(value: object) -> str:
    if value is None or value != value:
        return ""
    if isinstance(value, date):
        return value.isoformat()[:10]
    return read(str(value))
