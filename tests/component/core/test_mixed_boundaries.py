"""Areas of two boundary sets in one extract, and areas newer than the declared set."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest

from assets.archive.intake import IntakeOutcome, take_in
from assets.archive.sources import build_vintages
from assets.archive.staging import build_staging_table
from assets.archive.vintage import Origin
from assets.core.declarations import build_areas
from assets.core.geography.arriving_areas import judge_areas
from assets.core.observations.counts import build_counts
from assets.producers.catalogue import DATASETS, dataset
from assets.schema.model import Layer
from assets.schema.registry import tables_of
from assets.state.home import Home
from assets.state.warehouse import connect
from tools.samples.ons.generate import FILES

ORIGIN = Origin("file:answer", "2026-01-01T00:00:00+00:00", "OGL")
OLD = "local authorities: district / unitary (as of April 2021)"
CUMBERLAND = ("E07000026", "E07000028", "E07000029")


def answer(
    path: Path, add: Sequence[tuple[str, str]] = (), drop: Sequence[str] = (), date: str = "2023"
) -> Path:
    """Write the sample of births in 2023 with areas of April 2021 added, others left out."""
    with (FILES / "nomis_live_births_2023.csv").open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    like = next(r for r in rows if r["GEOGRAPHY_CODE"] == "E06000047")
    rows = [r for r in rows if r["GEOGRAPHY_CODE"] not in drop]
    rows += [
        {
            **like,
            "GEOGRAPHY_CODE": code,
            "GEOGRAPHY_TYPE": OLD,
            "GEOGRAPHY_TYPECODE": "434",
            "OBS_VALUE": value,
        }
        for code, value in add
    ]
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, rows[0])
        writer.writeheader()
        for offset, row in enumerate(rows):
            counted = {"RECORD_OFFSET": offset, "RECORD_COUNT": len(rows)}
            dated = {"DATE": date, "DATE_NAME": date, "DATE_CODE": date}
            writer.writerow({**row, **counted, **dated})
    return path


def offered(home: Home, file: Path) -> IntakeOutcome:
    return take_in(home, dataset("nomis_live_births"), file, ORIGIN, (judge_areas,))


@contextmanager
def built(home: Home) -> Iterator[duckdb.DuckDBPyConnection]:
    with connect(home.warehouse) as con:
        for table in tables_of(Layer.STAGING):
            build_staging_table(con, home, table, DATASETS)
        build_areas(con)
        build_vintages(con, home, DATASETS)
        build_counts(con)
        yield con


def births(con: duckdb.DuckDBPyConnection, *codes: str) -> list[tuple[object, ...]]:
    return con.execute(
        "SELECT area_code, geography_vintage, status, value FROM core.observations WHERE "
        f"list_contains({list(codes)!r}, area_code) AND measure = 'live_births' ORDER BY ALL"
    ).fetchall()


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home").create()


def test_predecessors_beside_their_successor_are_left_out_and_counted(
    home: Home, tmp_path: Path
) -> None:
    parts = [(code, "800") for code in CUMBERLAND]
    outcome = offered(home, answer(tmp_path / "answer.csv", parts))
    assert (outcome.status, outcome.errors) == ("new", ())
    (advice,) = outcome.warnings
    assert advice.rule == "GEOGRAPHY-PREDECESSORS"
    assert advice.details == {"rows": 3, "codes": list(CUMBERLAND)}
    with built(home) as con:
        (row,) = births(con, "E06000063", *CUMBERLAND)
        total = con.execute(
            "SELECT sum(value) FROM core.observations WHERE geography_vintage = 'EW-2023-04' "
            "AND area_code LIKE 'E0%'"
        ).fetchall()
    assert row[:3] == ("E06000063", "EW-2023-04", "ok")
    assert total == [(_english_authorities(),)]


def _english_authorities() -> int:
    with (FILES / "nomis_live_births_2023.csv").open(encoding="utf-8", newline="") as handle:
        return sum(
            int(r["OBS_VALUE"])
            for r in csv.DictReader(handle)
            if r["GEOGRAPHY_CODE"].startswith("E0")
        )


def test_predecessors_without_their_successor_are_summed_forward(
    home: Home, tmp_path: Path
) -> None:
    parts = [(code, "800") for code in CUMBERLAND]
    outcome = offered(home, answer(tmp_path / "answer.csv", parts, drop=["E06000063"]))
    assert outcome.errors == ()
    assert [w.rule for w in outcome.warnings] == ["GEOGRAPHY-TWO-BOUNDARIES"]
    with built(home) as con:
        rows = births(con, "E06000063", *CUMBERLAND)
    assert rows[0] == ("E06000063", "EW-2023-04", "ok", 2400)
    assert rows[1:] == [(code, "EW-2021-04", "ok", 800) for code in CUMBERLAND]


def test_a_part_of_the_predecessors_is_no_sum(home: Home, tmp_path: Path) -> None:
    parts = [(code, "800") for code in CUMBERLAND[:2]]
    offered(home, answer(tmp_path / "answer.csv", parts, drop=["E06000063"]))
    with built(home) as con:
        assert births(con, "E06000063") == [("E06000063", "EW-2023-04", "missing", None)]


def test_areas_of_more_than_two_boundary_sets_are_refused(home: Home, tmp_path: Path) -> None:
    """St Albans as it was until 2012 and Somerset West and Taunton from 2019, beside 2023."""
    parts = [("E07000100", "1"), ("E07000246", "1")]
    file = answer(tmp_path / "answer.csv", parts, drop=["E07000240", "E06000066"])
    assert [e.rule for e in offered(home, file).errors] == ["GEOGRAPHY-BOUNDARIES"]


def test_counts_of_recoded_areas_are_not_carried_back(home: Home, tmp_path: Path) -> None:
    """Barnsley and Sheffield have new codes since April 2025, after a change of boundary."""
    parts = [("E08000038", "2500"), ("E08000039", "5500")]
    offered(home, answer(tmp_path / "answer.csv", parts, drop=["E08000016", "E08000019"]))
    with built(home) as con:
        rows = births(con, "E08000016", "E08000019", "E08000038", "E08000039")
        text = con.execute(
            "SELECT raw_text FROM core.observations WHERE area_code = 'E08000016'"
        ).fetchall()
    assert rows == [
        ("E08000016", "EW-2023-04", "missing", None),
        ("E08000019", "EW-2023-04", "missing", None),
        ("E08000038", "EW-2025-04", "ok", 2500),
        ("E08000039", "EW-2025-04", "ok", 5500),
    ]
    assert text == [("not split back from E08000038",)]


def test_a_count_that_another_extract_states_stays(home: Home, tmp_path: Path) -> None:
    offered(home, FILES / "nomis_live_births_2023.csv")
    parts = [("E08000038", "2500")]
    outcome = take_in(
        home,
        dataset("nomis_live_births"),
        answer(tmp_path / "answer.csv", parts, drop=["E08000016"]),
        Origin("file:later", "2026-02-01T00:00:00+00:00", "OGL"),
        (judge_areas,),
        accepted_because="boundaries of 2025",
    )
    assert outcome.status == "new", outcome.errors
    with built(home) as con:
        ((_, _, status, value),) = births(con, "E08000016")
    assert status == "ok"
    assert value is not None
