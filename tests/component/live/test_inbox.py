"""The inbox: files are told apart by content, judged, and moved aside; strangers are reported."""

from __future__ import annotations

import json
import os
import shutil
import zipfile
from pathlib import Path

import pytest

from assets.archive import inbox, vintage_folders
from assets.archive.refresh import refresh
from assets.archive.sources import last_attempt
from assets.producers.catalogue import DATASETS, dataset
from assets.producers.identify import describe_unknown, identify
from assets.state.home import Home

pytestmark = pytest.mark.usefixtures("arrived")


def _sort(home: Home) -> list[str]:
    return inbox.sort_inbox(home, identify, describe_unknown)


@pytest.fixture
def wonder(repository: Path) -> Path:
    return repository / "assets/producers/nchs/samples/files/wonder_linked_us_2007-2023.txt"


def test_a_file_goes_to_the_dataset_of_its_content(home: Home, wonder: Path) -> None:
    shutil.copy(wonder, home.inbox / "my export.xlsx")
    assert _sort(home) == []
    linked, natality = dataset("nchs_wonder_linked"), dataset("nchs_wonder_natality")
    assert refresh(home, natality, profile="live").intakes == ()
    outcome = refresh(home, linked, profile="live")
    assert outcome.status == "new"
    (vintage,) = vintage_folders.vintages(home, linked)
    assert vintage.path.read_bytes() == wonder.read_bytes()
    assert vintage.origin.url == "file:my export.xlsx"
    assert (home.inbox / "processed" / "my export.xlsx").exists()
    assert inbox.sorted_for(home, linked) == []


def test_a_file_that_is_still_arriving_is_left_for_the_next_run(
    home: Home, wonder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox, "QUIET_SECONDS", 20)
    half = home.inbox / "export.txt"
    half.write_bytes(wonder.read_bytes()[:2000])
    (line,) = _sort(home)
    assert "export.txt was written to less than 20 s ago" in line
    assert half.exists()
    waits: list[float] = []
    inbox.wait_for_arrivals(home, waits.append)
    assert [15 < wait <= 20 for wait in waits] == [True]
    assert not home.quarantine.exists() or not list(home.quarantine.rglob("*.txt"))
    half.write_bytes(wonder.read_bytes())
    os.utime(half, (half.stat().st_atime, half.stat().st_mtime - 21))
    inbox.wait_for_arrivals(home, waits.append)
    assert len(waits) == 1
    assert _sort(home) == []
    assert refresh(home, dataset("nchs_wonder_linked"), profile="live").status == "new"


def test_two_files_of_one_name_are_both_kept(home: Home, wonder: Path, repository: Path) -> None:
    other = repository / "assets/producers/nchs/samples/files/wonder_linked_state_2023.txt"
    linked = dataset("nchs_wonder_linked")
    for file in (wonder, other):
        shutil.copy(file, home.inbox / "export.txt")
        _sort(home)
    assert len(refresh(home, linked, profile="live").intakes) == 2
    assert len(list((home.inbox / "processed").iterdir())) == 2


def test_a_refused_file_leaves_a_report_and_the_last_good_vintage(home: Home, wonder: Path) -> None:
    linked = dataset("nchs_wonder_linked")
    shutil.copy(wonder, home.inbox)
    _sort(home)
    refresh(home, linked, profile="live")
    text = wonder.read_text(encoding="utf-8").replace("3596017", "1000")
    (home.inbox / "bad.txt").write_text(text, encoding="utf-8")
    _sort(home)
    outcome = refresh(home, linked, profile="live")
    assert outcome.status == "quarantined"
    assert len(vintage_folders.vintages(home, linked)) == 1
    assert last_attempt(home, linked).failed
    assert list((home.quarantine / "nchs_wonder_linked").glob("*/bad.txt"))


@pytest.mark.parametrize(
    ("name", "content", "seen", "fits"),
    [
        ("notes.txt", b"Dear diary\n", "'Dear diary'", "imr ingest --list"),
        ("page.xlsx", b"<!doctype html><title>503</title>", "content is html", "imr ingest --list"),
        ("empty.csv", b"", "content is empty", "was interrupted"),
        ("photo.xls", b"\x89PNG\r\n\x1a\n\x00\x00", "content is binary", "imr ingest --list"),
        ("a.zip", b"PK\x03\x04 broken", "content is binary", "imr ingest --list"),
    ],
)
def test_a_stranger_is_reported_with_what_would_fit(
    home: Home, name: str, content: bytes, seen: str, fits: str
) -> None:
    (home.inbox / name).write_bytes(content)
    (line,) = _sort(home)
    (report,) = (home.quarantine / "unidentified").glob("*/report.json")
    facts = json.loads(report.read_text(encoding="utf-8"))
    assert seen in facts["seen"]
    assert fits in facts["remedy"]
    assert name in line
    assert (report.parent / name).read_bytes() == content
    assert inbox.waiting(home) == []


def _wonder(header: str) -> bytes:
    columns = header.split(",")
    return "\n".join(
        ("\t".join(f'"{c}"' for c in columns), "\t".join("1" for _ in columns))
    ).encode()


@pytest.mark.parametrize(
    ("content", "fits"),
    [
        (_wonder("Notes,Year,Year Code,Births"), "nchs_wonder_natality"),
        (_wonder("State,State Code,Births,Total Population,Birth Rate"), "nchs_wonder_natality"),
        (_wonder("Notes,Year,Year Code,Deaths,Births,Death Rate"), "nchs_wonder_linked"),
        (_wonder("Notes,Year,Year Code,Deaths,Population,Crude Rate"), "nchs_wonder_mortality"),
        (_wonder("Year,Deaths,Births"), "nchs_wonder_linked"),
        (b'[{"state": "US", "year": "2020", "data_value": "1"}]', "nchs_vsrr_counts"),
        (b"Year,Birth Number,General Fertility Rate\n2018,3791712,59.1\n", "nchs_births_1909"),
        (b"area,year,live_births,remarks\nUS-MO,2020,1,x\n", "local_area_counts"),
    ],
)
def test_the_columns_narrow_what_would_fit(tmp_path: Path, content: bytes, fits: str) -> None:
    file = tmp_path / "export.txt"
    file.write_bytes(content)
    assert identify(file) is None
    _, remedy = describe_unknown(file)
    named = {d.dataset_id for d in DATASETS if d.dataset_id in remedy}
    assert named == {fits}
    assert f"imr ingest FILE --dataset {fits}" in remedy


def test_the_columns_of_nomis_fit_its_datasets_only(tmp_path: Path) -> None:
    file = tmp_path / "answer.csv"
    file.write_text("DATE,GEOGRAPHY_NAME,OBS_VALUE\n2020,England,1\n", encoding="utf-8")
    _, remedy = describe_unknown(file)
    named = {d.dataset_id for d in DATASETS if d.dataset_id in remedy}
    assert named == {d.dataset_id for d in DATASETS if d.dataset_id.startswith("nomis_")}


def test_an_unsafe_container_is_told_what_is_wrong_with_it(home: Home) -> None:
    with zipfile.ZipFile(home.inbox / "cim2030.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", bytes(20 << 20))
    (line,) = _sort(home)
    assert "packed" in line
    assert "at most 200 to 1" in line
    assert "xl/worksheets/sheet1.xml" in line
    assert "--dataset" not in line


@pytest.mark.parametrize("what", ["identified", "described"])
def test_a_reader_that_breaks_keeps_no_other_file_out(home: Home, wonder: Path, what: str) -> None:
    shutil.copy(wonder, home.inbox / "b.txt")
    (home.inbox / "a.txt").write_text("x", encoding="utf-8")

    def identified(path: Path) -> str | None:
        if path.name == "a.txt" and what == "identified":
            raise RecursionError("deep")
        return identify(path)

    def described(path: Path) -> tuple[str, str]:
        raise StopIteration(path.name)

    (line,) = inbox.sort_inbox(home, identified, described)
    assert "a.txt is not recognised" in line
    assert (
        "RecursionError: deep in" if what == "identified" else "StopIteration: a.txt in"
    ) in line
    assert "The fault is in the pipeline, not in the file" in line
    assert len(inbox.sorted_for(home, dataset("nchs_wonder_linked"))) == 1


def test_a_run_that_was_killed_before_moving_a_file_finds_it_unchanged(
    home: Home, wonder: Path
) -> None:
    linked = dataset("nchs_wonder_linked")
    for expected in ("new", "unchanged"):
        shutil.copy(wonder, home.inbox)
        _sort(home)
        assert refresh(home, linked, profile="live").status == expected
    assert len(vintage_folders.vintages(home, linked)) == 1
