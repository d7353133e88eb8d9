"""What arrives late is not what is true: publication orders extracts, not arrival."""

from __future__ import annotations

import zipfile
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner, Result

from assets.archive import acceptance, vintage_folders
from assets.archive.intake import IntakeOutcome, take_in
from assets.archive.sources import build_vintages
from assets.archive.staging import build_staging_table
from assets.archive.vintage import Origin
from assets.core.declarations import build_areas
from assets.core.observations.counts import build_counts
from assets.producers.catalogue import DATASETS, dataset
from assets.schema.model import Layer
from assets.schema.registry import tables_of
from assets.state.home import Home
from pipelines.cli import main

NATALITY, CHILDREN = dataset("nchs_wonder_natality"), dataset("ons_child_mortality")


def _arrive(home: Home, dataset_id: str, file: Path, day: int, **more: str) -> IntakeOutcome:
    origin = Origin(f"file:{file.name}", f"2026-11-{day:02}T10:00:00+00:00", "", **more)
    return take_in(home, dataset(dataset_id), file, origin)


def _counts(home: Home) -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    for layer in ("staging", "core"):
        con.execute(f"CREATE SCHEMA {layer}").fetchall()
    for table in tables_of(Layer.STAGING):
        build_staging_table(con, home, table, DATASETS)
    build_vintages(con, home, DATASETS)
    build_areas(con)
    build_counts(con)
    return con


@pytest.fixture
def newer(repository: Path) -> Path:
    return repository / "assets/producers/nchs/samples/files/wonder_natality_us_2007-2024.txt"


@pytest.fixture
def older(newer: Path, tmp_path: Path) -> Path:
    """The same query, asked in October 2021 and answered with fewer births of 2020."""
    text = newer.read_bytes().decode()
    less = 3_613_647 - 3_599_999
    for old, new in (
        ("Query Date: Jun 2, 2025 9:15:00 AM", "Query Date: Oct 4, 2021 9:15:00 AM"),
        ("3613647", "3599999"),
        ("70010438", str(70_010_438 - less)),
    ):
        assert text.count(old) == 1
        text = text.replace(old, new)
    file = tmp_path / "of 2021.txt"
    file.write_bytes(text.encode())
    return file


def test_an_export_that_was_asked_for_earlier_is_refused(
    home: Home, newer: Path, older: Path
) -> None:
    assert _arrive(home, "nchs_wonder_natality", newer, 1).status == "new"
    outcome = _arrive(home, "nchs_wonder_natality", older, 2)
    (error,) = outcome.errors
    assert error.rule == "ACCEPT-PUBLISHED-BEFORE"
    assert "of 2021-10-04T09:15:00" in error.seen
    assert "of 2025-06-02T09:15:00" in error.seen
    assert "imr ingest FILE --published" in error.remedy
    (vintage,) = vintage_folders.vintages(home, NATALITY)
    assert vintage.published_at == "2025-06-02T09:15:00"


def test_an_older_export_that_a_person_keeps_does_not_take_over(
    home: Home, newer: Path, older: Path
) -> None:
    _arrive(home, "nchs_wonder_natality", newer, 1)
    origin = Origin("file:x", "2026-11-02T10:00:00+00:00", "")
    taken = take_in(home, NATALITY, older, origin, accepted_because="history")
    assert taken.status == "new"
    con = _counts(home)
    births = (
        "SELECT value FROM core.observations WHERE area_code = 'US' AND measure = 'live_births' "
        "AND year(period_start) = 2020 AND stratum_type = 'all'"
    )
    # United States, 2020: NVSR 70-17.
    assert con.execute(births).fetchall() == [(3_613_647,)]
    positions = con.execute(
        "SELECT published_at[:4], position FROM core.vintages ORDER BY position"
    ).fetchall()
    assert positions == [("2021", 1), ("2025", 2)]
    first = con.execute("SELECT previous_value, value FROM core.revisions").fetchall()
    assert first == [(3_599_999, 3_613_647)]


def test_a_copy_without_footer_ranks_below_one_that_says_when(
    home: Home, newer: Path, tmp_path: Path
) -> None:
    _arrive(home, "nchs_wonder_natality", newer, 1)
    trimmed = tmp_path / "trimmed.txt"
    trimmed.write_bytes(newer.read_bytes().partition(b'"---"')[0])
    assert _arrive(home, "nchs_wonder_natality", trimmed, 2).status == "new"
    assert [v.published_at is None for v in vintage_folders.vintages(home, NATALITY)] == [
        True,
        False,
    ]


def test_a_later_edition_counts_whichever_arrives_last(home: Home, repository: Path) -> None:
    folder = repository / "assets/producers/ons/samples/files"
    for day, name in enumerate(("cim2022deathcohortworkbook.xlsx", "cms2018workbook.xls"), 1):
        assert _arrive(home, "ons_child_mortality", folder / name, day).status == "new"
    found = vintage_folders.vintages(home, CHILDREN)
    assert [(v.edition, v.published_at) for v in found] == [("2018", None), ("2022", "2024-05-31")]
    used = (
        _counts(home)
        .execute(
            "SELECT DISTINCT vintage_id FROM core.observations WHERE year(period_start) < 2018 "
            "AND source_family = 'ons_occurrence' AND area_code = 'K04000001, J99000001' "
            "AND measure = 'infant_deaths'"
        )
        .fetchall()
    )
    assert used == [(found[1].vintage_id,)]


def _released_on(workbook: Path, day: str, folder: Path) -> Path:
    copy = folder / f"{day}.xlsx"
    with zipfile.ZipFile(workbook) as old, zipfile.ZipFile(copy, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.infolist():
            body = old.read(member).replace(b"31 May 2024", day.encode())
            new.writestr(member.filename, body)
    return copy


def test_of_one_edition_the_later_release_counts(
    home: Home, repository: Path, tmp_path: Path
) -> None:
    workbook = repository / "assets/producers/ons/samples/files/cim2022deathcohortworkbook.xlsx"
    corrected = _released_on(workbook, "15 July 2024", tmp_path)
    draft = _released_on(workbook, "1 March 2024", tmp_path)
    assert _arrive(home, "ons_child_mortality", workbook, 1).status == "new"
    # The page keeps the day of the first release.
    first = {"published_at": "2024-05-31"}
    assert _arrive(home, "ons_child_mortality", corrected, 2, **first).status == "new"
    outcome = _arrive(home, "ons_child_mortality", draft, 3)
    assert [e.rule for e in outcome.errors] == ["ACCEPT-PUBLISHED-BEFORE"]
    found = vintage_folders.vintages(home, CHILDREN)
    assert [v.published_at for v in found] == ["2024-05-31", "2024-07-15"]
    undated = acceptance.compare_dates(CHILDREN, None, found[-1])
    assert not undated.passed
    assert "no day of publication" in undated.found


@pytest.fixture
def imr(home: Home, monkeypatch: pytest.MonkeyPatch) -> object:
    monkeypatch.setenv("IMR_HOME", str(home.root))

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(main, list(arguments))

    return run


def test_a_person_may_say_when_it_was_published(
    imr: object, home: Home, newer: Path, older: Path
) -> None:
    assert imr("ingest", str(newer)).exit_code == 0
    assert imr("ingest", str(older)).exit_code == 3
    # A wrong file by hand says nothing about the producer: no night is stale for it.
    assert "stale" not in imr("sources", "--format", "json").output
    assert imr("ingest", str(older), "--published", "2025-07-01").exit_code == 0
    assert [v.published_at for v in vintage_folders.vintages(home, NATALITY)] == [
        "2025-06-02T09:15:00", "2025-07-01",
    ]  # fmt: skip


def test_the_same_file_may_be_dated_later(home: Home, repository: Path) -> None:
    file = repository / "assets/producers/ons/samples/files/cms2018workbook.xls"
    assert _arrive(home, "ons_child_mortality", file, 1).status == "new"
    assert _arrive(home, "ons_child_mortality", file, 2, published_at="2020-02-20").status == (
        "unchanged"
    )
    (vintage,) = vintage_folders.vintages(home, CHILDREN)
    assert vintage.published_at == "2020-02-20"
