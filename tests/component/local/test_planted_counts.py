"""Small counts are planted, a rule fires on them, and no file of the release gives them away."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from itertools import product
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from click.testing import CliRunner
from python_calamine import CalamineWorkbook

from assets.disclosure.published_tables import publish_tables
from assets.rates.builders import build_rates
from assets.release.gate import current_hashes
from assets.release.publish import ReleaseOutcome, publish_release
from assets.state.evidence import EVIDENCE_TABLE, load
from assets.state.home import Home
from expectations.validate import validate_table
from pipelines.commands.explain import explain
from tests.component.local.derived import derive
from tests.component.release import figures as f

Build = Callable[..., duckdb.DuckDBPyConnection]
COUNTY = "29155"
PLANTED = {2012: (9, 71), 2013: (7, 69)}
"""Infant deaths and live births by year, made up. Both rates are above 100 per 1,000, which
RATES-PLAUSIBLE reports; the sum of both years, 16 of 140, may be shown. No number of rules is among
them: a report counts these for every row."""
RATES = [1000 * deaths / births for deaths, births in PLANTED.values()]
COUNTS = {float(n) for pair in PLANTED.values() for n in pair}
CHECKED = ("staging.local_counts", "core.observations", "rates.rates", "rates.trends",
           "rates.claims")  # fmt: skip
_COUNTY = re.compile(rf"(?<![\d.]){COUNTY}(?!\d)")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}(T[\d:.+]+)?")
_NUMBER = re.compile(r"(?<![\w.])\d[\d,]*(?:\.\d+)?(?![\w])")


def extract(counts: Mapping[int, tuple[int, int]]) -> str:
    rows = [f"{COUNTY},{year},{births},{deaths}" for year, (deaths, births) in counts.items()]
    rows += [f"US-MO,{year},75000,500" for year in PLANTED]
    return "\n".join(("area,year,live_births,infant_deaths", *rows)) + "\n"


def make_release(
    con: duckdb.DuckDBPyConnection, home: Home, day: int
) -> tuple[ReleaseOutcome, str]:
    """Publish what the counts give; also returns what the run itself keeps of RATES-PLAUSIBLE."""
    derive(con)
    publish_tables(con)
    for name in CHECKED:
        validate_table(con, name)
    f.give_evidence(con)
    (content,) = current_hashes(con, ["rates.rates"]).values()
    kept = {r.rule_id: r for r in load(con, "rates.rates", content)}["RATES-PLAUSIBLE"]
    outcome = publish_release(
        con,
        home,
        required_rules={**f.required(), **{name: _evaluated(con, name) for name in CHECKED}},
        now=datetime(2026, 6, day, tzinfo=UTC),
    )
    return outcome, str(kept.failing_keys)


def _evaluated(con: duckdb.DuckDBPyConnection, name: str) -> frozenset[str]:
    found = con.execute(
        f"SELECT rule_id FROM {EVIDENCE_TABLE} WHERE table_name = ?", [name]
    ).fetchall()
    return frozenset(row[0] for row in found)


def records(folder: Path) -> Iterator[tuple[str, str]]:
    """Every record of every file: a row of a table cell by cell, a line, a row of HTML."""
    for file in sorted(folder.iterdir()):
        if file.suffix == ".parquet":
            with duckdb.connect() as con:
                result = con.execute(
                    "SELECT * FROM read_parquet(?, hive_partitioning = false)", [str(file)]
                )
                for row in result.fetchall():
                    yield file.name, " | ".join("" if v is None else str(v) for v in row)
            continue
        if file.suffix == ".xlsx":
            book = CalamineWorkbook.from_path(file)
            for sheet in book.sheet_names:
                for cells in book.get_sheet_by_name(sheet).to_python():
                    yield file.name, " | ".join(map(str, cells))
            continue
        text = file.read_text(encoding="utf-8")
        if file.name == "explore.html":
            yield from ((file.name, record) for record in explored(text))
            continue
        yield from ((file.name, part) for part in re.split(r"\n|<tr>|<p>|<h2>|<h3", text))


def explored(page: str) -> Iterator[str]:
    """Rows of rates, and of each table beside them, in the block of data of the explorer."""
    (block,) = re.findall(r'id="data">([^<]+)<', page)
    data = json.loads(gzip.decompress(base64.b64decode(block)))
    rates = data.pop("rates")
    rows = rates.pop("rows")
    columns = [
        [column["values"][code] if code >= 0 else "" for code in column["codes"]]
        if isinstance(column, dict)
        else column
        for column in rates.values()
    ]
    assert all(len(column) == rows for column in columns)
    yield from (" | ".join(map(str, row)) for row in zip(*columns, strict=True))
    for table in data.values():
        yield from (str(row) for row in (table if isinstance(table, list) else [table]))


def numbers(text: str) -> Iterator[tuple[float, int]]:
    """Every number in a text, with its decimals; dates are none."""
    for found in _NUMBER.findall(_DATE.sub(" ", text)):
        plain = found.replace(",", "")
        yield float(plain), len(plain.partition(".")[2])


def is_planted_rate(value: float, decimals: int) -> bool:
    return any(abs(value - rate) <= 0.5 * 10**-decimals + 1e-9 for rate in RATES)


def giveaways(file: str, record: str) -> list[tuple[str, float, str]]:
    """Planted rates, printed to any number of decimals, and planted counts of a record."""
    about_the_county = _COUNTY.search(record) is not None
    return [
        (file, value, record[:300])
        for value, decimals in numbers(record)
        if (is_planted_rate(value, decimals) and (decimals >= 2 or about_the_county))
        or (about_the_county and value in COUNTS)
    ]


def tried_by_checksum(texts: str) -> list[dict[int, tuple[int, int]]]:
    """Small counts whose file, as its supplier wrote it, has a checksum that stands in texts."""
    births = [pair[1] for pair in PLANTED.values()]
    found = []
    for deaths in product(range(1, 10), repeat=len(PLANTED)):
        tried = dict(zip(PLANTED, zip(deaths, births, strict=True), strict=True))
        if hashlib.sha256(extract(tried).encode()).hexdigest()[:12] in texts:
            found.append(tried)
    return found


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def test_no_file_of_the_release_has_a_planted_rate_or_count(build: Build, home: Home) -> None:
    outcome, kept = make_release(build(extract(PLANTED)), home, 1)
    for rate in RATES:
        assert f"{rate:.4f}" in kept, "the run's own evidence keeps what was seen"
    assert [g for file, record in records(outcome.path) for g in giveaways(file, record)] == []
    # Who knows all but the small counts, births included, can try each against a checksum.
    (origin,) = home.root.glob("archive/*/local_area_counts/*/origin.json")
    assert tried_by_checksum(origin.read_text()) == [PLANTED]
    assert tried_by_checksum(" ".join(record for _, record in records(outcome.path))) == []
    (source,) = pd.read_parquet(outcome.path / "sources.parquet").to_dict("records")
    assert source["bytes"] == 10_000 > len(extract(PLANTED))
    assert source["vintage_id"] == f"local_area_counts@{source['sha256'][:12]}"


def test_nor_does_explaining_it(build: Build, home: Home) -> None:
    make_release(build(extract(PLANTED)), home, 1)
    key = ("rates", f"area_code={COUNTY}", "measure=infant_mortality")
    for style, window in product(("tree", "json"), ("annual", "rolling_2_year")):
        words = (*key, f"window_type={window}", "--format", style)
        said = CliRunner().invoke(explain, words, env={"IMR_HOME": str(home.root)})
        assert said.exit_code == 0, said.output
        assert "withheld" in said.output
        # Whatever is said of the county: the answer is about nothing else. The commands that it
        # prints name the home, whose path may hold any number.
        # How many rules looked at the row is a number of no baby.
        said_of = said.output.replace(str(home.root), "HOME")
        lines = re.sub(r"checked by \d+ rules, \d+ passed", "checked", said_of).splitlines()
        assert [g for line in lines for g in giveaways(style, f"{COUNTY} {line}")] == []


def test_nor_do_the_changes_when_larger_counts_become_the_planted_ones(
    build: Build, home: Home
) -> None:
    con = build(extract(PLANTED))

    def restate(by: int) -> None:
        con.execute(
            "UPDATE core.observations SET value = value + CASE measure WHEN 'infant_deaths' THEN "
            f"{by} ELSE 45 * {by} END WHERE area_code = '{COUNTY}'"
        ).fetchall()
        build_rates(con)

    restate(20)
    first, _ = make_release(con, home, 1)
    restate(-20)
    second, _ = make_release(con, home, 2)
    assert first.version != second.version
    found = list(records(second.path))
    assert any("newly_suppressed" in record for file, record in found if file == "changes.csv")
    assert [g for file, record in found for g in giveaways(file, record)] == []
