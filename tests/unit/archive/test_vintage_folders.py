"""The archive stores each vintage once, whole, under its checksum."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from assets.archive import vintage_folders
from assets.archive.container.sniff import content_type
from assets.archive.dataset import Dataset, IntakeRule, ParsedExtract
from assets.archive.errors import ExtractError
from assets.archive.intake import NEW, QUARANTINED, UNCHANGED, take_in
from assets.archive.samples import ProfileError, refuse_samples
from assets.archive.sources import is_stale, last_attempt, record_attempt
from assets.archive.vintage import Origin
from assets.schema.registry import table
from assets.state.home import Home

ORIGIN = Origin(url="file:x", retrieved_at="2024-05-01T00:00:00Z", licence="public domain")


def _parse(path: Path) -> ParsedExtract:
    rows = [line.split(",") for line in path.read_text(encoding="utf-8").splitlines()]
    for number, row in enumerate(rows, start=1):
        if not row[-1].lstrip("-").isdigit():
            raise ExtractError(
                "T-NUMBER",
                row[-1],
                "a number",
                "Look at the row.",
                path.name,
                row=number,
                column="Deaths",
            )
    frame = pd.DataFrame(
        {
            "source_sheet": "",
            "source_row": range(1, len(rows) + 1),
            "source_column": "Deaths",
            "value": [float(r[-1]) for r in rows],
        }
    )
    return ParsedExtract(frame)


NEGATIVE = IntakeRule(
    "T-NEGATIVE",
    "Counts are not negative.",
    "Ask the producer.",
    lambda parsed: parsed.frame[parsed.frame["value"] < 0],
)
DATASET = Dataset(
    dataset_id="test_counts",
    source="nchs",
    title="Counts",
    producer="Producer",
    url="file:",
    licence="public domain",
    citation="Producer.",
    staging=table("staging.nchs_wonder"),
    parse=_parse,
    file_types=("text",),
    intake_rules=(NEGATIVE,),
)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home").create()


def _file(folder: Path, text: str, name: str = "counts.txt") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_vintage_lies_under_its_checksum_with_its_origin(home: Home, tmp_path: Path) -> None:
    file = _file(tmp_path, "MO,578\n")
    vintage, new = vintage_folders.put(home, DATASET, file, ORIGIN)
    checksum = hashlib.sha256(b"MO,578\n").hexdigest()
    folder = home.archive / "nchs" / "test_counts" / checksum
    assert new
    assert vintage.path == folder / "counts.txt"
    assert vintage.path.read_bytes() == b"MO,578\n"
    origin = json.loads((folder / "origin.json").read_text(encoding="utf-8"))
    assert origin["sha256"] == checksum
    assert origin["url"] == "file:x"
    assert origin["retrieved_at"] == "2024-05-01T00:00:00Z"
    assert origin["licence"] == "public domain"


def test_the_same_bytes_again_change_nothing(home: Home, tmp_path: Path) -> None:
    file = _file(tmp_path, "MO,578\n")
    vintage_folders.put(home, DATASET, file, ORIGIN)
    before = {p: p.stat().st_mtime_ns for p in home.archive.rglob("*")}
    later = replace(ORIGIN, retrieved_at="2025-01-01T00:00:00Z", url="file:other")
    vintage, new = vintage_folders.put(home, DATASET, file, later)
    assert not new
    assert vintage.origin == ORIGIN
    assert {p: p.stat().st_mtime_ns for p in home.archive.rglob("*")} == before


def test_vintages_come_in_order_of_publication(home: Home, tmp_path: Path) -> None:
    for day, count in (("2024-03-01", 3), ("2024-01-01", 1), ("2024-02-01", 2)):
        file = _file(tmp_path, f"MO,{count}\n")
        vintage_folders.put(home, DATASET, file, replace(ORIGIN, published_at=day))
    contents = [v.path.read_text(encoding="utf-8") for v in vintage_folders.vintages(home, DATASET)]
    assert contents == ["MO,1\n", "MO,2\n", "MO,3\n"]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        # A later edition, although it was published and came earlier.
        (
            {"slot": "edition=2018", "on": "2025-01-01"},
            {"slot": "edition=2022", "on": "2024-01-01"},
        ),
        # Of one edition, a copy that does not say when it was released.
        ({"slot": "edition=2018"}, {"slot": "edition=2018", "on": "2020-02-20"}),
        ({"slot": "q"}, {"slot": "q", "on": "2020-02-20"}),
    ],
)
def test_editions_and_dated_copies_come_last(
    home: Home, tmp_path: Path, first: dict[str, str], second: dict[str, str]
) -> None:
    dated = replace(DATASET, published=lambda file, parsed: None)
    for count, said in enumerate((second, first)):
        origin = replace(
            ORIGIN,
            retrieved_at=f"2026-01-0{count + 1}T00:00:00Z",
            published_at=said.get("on"),
            parameters={"slot": said["slot"]},
        )
        vintage_folders.put(home, dated, _file(tmp_path, f"MO,{count}\n"), origin)
    contents = [v.path.read_text(encoding="utf-8") for v in vintage_folders.vintages(home, dated)]
    assert contents == ["MO,1\n", "MO,0\n"]


def test_a_confirmation_is_kept_beside_the_vintage_and_known_from_its_day(
    home: Home, tmp_path: Path
) -> None:
    first = replace(ORIGIN, url="https://a", headers={"ETag": "1"}, published_at="2024-05-01")
    vintage_folders.put(home, DATASET, _file(tmp_path, "MO,1\n"), first)
    (vintage,) = vintage_folders.vintages(home, DATASET)
    again = replace(
        first, headers={"ETag": "2"}, published_at="2024-06-02", retrieved_at="2024-06-02T02:00:00Z"
    )
    assert vintage_folders.confirm(vintage, again)
    (vintage,) = vintage_folders.vintages(home, DATASET)
    assert not vintage_folders.confirm(vintage, replace(again, retrieved_at="2024-06-03T02:00:00Z"))
    assert not vintage_folders.confirm(vintage, ORIGIN)  # a hand export that says nothing new
    assert (vintage.origin, vintage.confirmed) == (first, (again,))
    assert vintage.published_at == "2024-06-02"
    (before,) = vintage_folders.vintages(home, DATASET, as_of="2024-06-01")
    assert before.published_at == "2024-05-01"


def test_as_of_leaves_later_retrievals_out(home: Home, tmp_path: Path) -> None:
    for day, count in (("2024-01-31T10:00:00Z", 1), ("2024-02-01T00:00:00Z", 2)):
        file = _file(tmp_path, f"MO,{count}\n")
        vintage_folders.put(home, DATASET, file, replace(ORIGIN, retrieved_at=day))
    assert len(vintage_folders.vintages(home, DATASET, as_of="2024-01-31")) == 1
    assert len(vintage_folders.vintages(home, DATASET, as_of="2024-02-01")) == 2


def test_what_was_in_quarantine_is_known_from_when_it_was_taken_out(
    home: Home, tmp_path: Path
) -> None:
    accepted = replace(ORIGIN, accepted_at="2024-06-20T08:00:00+00:00")
    vintage_folders.put(home, DATASET, _file(tmp_path, "MO,1\n"), accepted)
    assert vintage_folders.vintages(home, DATASET, as_of="2024-06-19") == []
    (vintage,) = vintage_folders.vintages(home, DATASET, as_of="2024-06-20")
    assert vintage.origin == accepted


def test_whether_a_source_had_failed_is_known_for_past_days(home: Home) -> None:
    def attempt(day: int, outcome: str) -> None:
        record_attempt(home, DATASET, outcome, now=datetime(2024, 6, day, 2, tzinfo=UTC))

    for day, outcome in (
        (1, "new"), (2, "failed"), (3, "quarantined"), (4, "unchanged"), (5, "unchanged"),
    ):  # fmt: skip
        attempt(day, outcome)
    stale = [is_stale(home, DATASET, as_of=f"2024-06-{day:02}") for day in range(7)]
    assert stale == [False, False, True, True, False, False, False]
    assert is_stale(home, DATASET, as_of="2024-06-02T01:59:59") is False
    assert not is_stale(home, DATASET)
    last = last_attempt(home, DATASET)
    assert last is not None
    assert [outcome for _, outcome in last.turns] == ["new", "failed", "unchanged"]


def test_a_record_of_before_there_were_turns_is_read(home: Home) -> None:
    record_attempt(home, DATASET, "failed", now=datetime(2024, 6, 1, tzinfo=UTC))
    path = home.archive / "nchs" / "test_counts" / ".attempt.json"
    facts = json.loads(path.read_text(encoding="utf-8"))
    del facts["turns"]
    path.write_text(json.dumps(facts), encoding="utf-8")
    assert is_stale(home, DATASET)
    assert is_stale(home, DATASET, as_of="2024-06-01")
    assert not is_stale(home, DATASET, as_of="2024-05-31")


def test_what_a_killed_process_left_is_no_vintage_and_is_cleared(
    home: Home, tmp_path: Path
) -> None:
    vintage_folders.put(home, DATASET, _file(tmp_path, "MO,578\n"), ORIGIN)
    left = home.archive / "nchs" / "test_counts" / ".incoming-dead"
    left.mkdir()
    (left / "counts.txt").write_text("half", encoding="utf-8")
    assert len(vintage_folders.vintages(home, DATASET)) == 1
    assert vintage_folders.clear_incomplete(home, DATASET) == 1
    assert not left.exists()


def test_intake_archives_a_good_extract_once(home: Home, tmp_path: Path) -> None:
    file = _file(tmp_path, "MO,578\n")
    assert take_in(home, DATASET, file, ORIGIN).status == NEW
    assert take_in(home, DATASET, file, ORIGIN).status == UNCHANGED


@pytest.mark.parametrize(
    ("content", "rule", "seen"),
    [
        ("MO,578\nIL,-3\n", "T-NEGATIVE", "value=-3.0"),
        ("MO,57x8\n", "T-NUMBER", "57x8"),
        ("<!DOCTYPE html><html><body>Sorry</body></html>", "INTAKE-TYPE", "html"),
        ("   \n", "INTAKE-TYPE", "empty"),
    ],
)
def test_a_bad_extract_is_quarantined_and_the_last_good_one_stays(
    home: Home, tmp_path: Path, content: str, rule: str, seen: str
) -> None:
    take_in(home, DATASET, _file(tmp_path, "MO,578\n"), ORIGIN)
    outcome = take_in(home, DATASET, _file(tmp_path, content, "bad.txt"), ORIGIN)
    assert outcome.status == QUARANTINED
    error = outcome.errors[0]
    assert (error.rule, error.file) == (rule, "bad.txt")
    assert seen in str(error)
    assert error.remedy in str(error)
    assert outcome.report is not None
    report = json.loads(outcome.report.read_text(encoding="utf-8"))
    assert report["errors"][0]["rule"] == rule
    assert (outcome.report.parent / "bad.txt").read_text(encoding="utf-8") == content
    kept = [v.path.read_text(encoding="utf-8") for v in vintage_folders.vintages(home, DATASET)]
    assert kept == ["MO,578\n"]


def test_a_broken_rule_names_the_row(home: Home, tmp_path: Path) -> None:
    outcome = take_in(home, DATASET, _file(tmp_path, "MO,578\nIL,-3\n"), ORIGIN)
    assert outcome.errors[0].row == 2
    assert "row 2" in str(outcome.errors[0])


def test_a_finding_without_a_place_names_none(home: Home, tmp_path: Path) -> None:
    row = {"problem": "query", "source_row": None, "source_sheet": None, "source_column": None}
    place = pd.DataFrame([row]).astype({"source_sheet": "float64", "source_column": "float64"})
    whole = replace(NEGATIVE, offending=lambda parsed: place)
    dataset = replace(DATASET, intake_rules=(whole,))
    (error,) = take_in(home, dataset, _file(tmp_path, "MO,1\n"), ORIGIN).errors
    assert str(error).startswith(
        "[T-NEGATIVE] counts.txt: saw 1 offending row, first: problem=query"
    )


def test_a_parser_that_fails_in_an_unforeseen_way_is_a_refusal(home: Home, tmp_path: Path) -> None:
    def broken(_: Path) -> ParsedExtract:
        raise IndexError("list index out of range")

    outcome = take_in(home, replace(DATASET, parse=broken), _file(tmp_path, "MO,578\n"), ORIGIN)
    assert outcome.status == QUARANTINED
    assert outcome.errors[0].rule == "INTAKE-UNREADABLE"
    assert "IndexError: list index out of range" in outcome.errors[0].seen


def test_a_judge_that_fails_in_an_unforeseen_way_refuses_that_extract(
    home: Home, tmp_path: Path
) -> None:
    def broken(*_: object) -> list[ExtractError]:
        return [{}["area"]]

    outcome = take_in(home, DATASET, _file(tmp_path, "MO,578\n"), ORIGIN, (broken,))
    assert outcome.status == QUARANTINED
    (error,) = outcome.errors
    assert error.rule == "INTAKE-FAULT"
    assert error.seen.startswith("KeyError: 'area' in test_vintage_folders.py, line ")
    assert error.remedy.startswith("The fault is in the pipeline, not in the file")


@pytest.mark.parametrize("error", [OSError(28, "disk full"), duckdb.InterruptException("stop")])
def test_what_the_machine_is_to_blame_for_refuses_no_extract(
    home: Home, tmp_path: Path, error: Exception
) -> None:
    def stopped(*_: object) -> list[ExtractError]:
        raise error

    with pytest.raises(type(error)):
        take_in(home, DATASET, _file(tmp_path, "MO,578\n"), ORIGIN, (stopped,))
    assert not (home.quarantine / DATASET.dataset_id).exists()


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"", "empty"),
        (b"\r\n \n", "empty"),
        (b"\xef\xbb\xbf<html>", "html"),
        (b'  [{"a": "1"}]', "json"),
        (b"a,b\n1,2\n", "text"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest", "xls"),
        (b"PK\x03\x04broken", "binary"),
        (b"a\x00b\x00", "binary"),
    ],
)
def test_content_decides_the_type(tmp_path: Path, content: bytes, kind: str) -> None:
    path = tmp_path / "named.xlsx"
    path.write_bytes(content)
    assert content_type(path) == kind


def test_a_home_with_samples_refuses_live_extracts(home: Home, tmp_path: Path) -> None:
    sample = replace(ORIGIN, parameters={"profile": "sample"})
    refuse_samples(home, (DATASET,))
    vintage_folders.put(home, DATASET, _file(tmp_path, "MO,578\n"), sample)
    with pytest.raises(ProfileError, match="Set IMR_HOME to another folder"):
        refuse_samples(home, (DATASET,))
