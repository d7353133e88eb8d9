"""What is out of use, and what arrived and is not used, is named where people look."""

from __future__ import annotations

import json
import os
import time
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from assets.archive import vintage_folders, withdrawal
from assets.archive.inbox import sort_inbox
from assets.archive.refresh import refresh
from assets.archive.unrecognised import unused_files
from assets.archive.uses import use_of
from assets.core.lacking import Lacking, remember
from assets.producers.catalogue import DATASETS, dataset
from assets.producers.identify import describe_unknown, identify
from assets.state.home import Home
from pipelines.alerts import NOT_IN_USE, source_troubles
from pipelines.cli import main
from pipelines.doctor import examine
from pipelines.settings import Settings

SAMPLES = Path(__file__).resolve().parents[3] / "assets/producers/nchs/samples/files"


@pytest.fixture
def imr(home: Home, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("IMR_HOME", str(home.root))

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(main, arguments)

    return run


def _finding(home: Home, subject: str) -> Any:
    return next(f for f in examine(Settings(home)) if f.subject == subject)


def test_a_vintage_is_withdrawn_by_hand_listed_and_brought_back(imr: Any, home: Home) -> None:
    assert imr("ingest", str(SAMPLES / "births_e6fc-ccez.json")).exit_code == 0
    (vintage,) = vintage_folders.vintages(home, dataset("nchs_births_1909"))
    done = imr("withdraw", vintage.sha256[:8], "--because", "wrong page")
    assert done.exit_code == 0, done.output
    assert withdrawal.in_use(home, dataset("nchs_births_1909")) == []
    listed = json.loads(imr("withdraw", "--json").output)["result"]["withdrawn"]
    assert [(w["vintage_id"], w["because"]) for w in listed] == [(vintage.vintage_id, "wrong page")]
    assert "wrong page" in imr("sources").output
    # A decision of a person is no trouble.
    assert _finding(home, "extracts in use").fine
    again = imr("ingest", str(SAMPLES / "births_e6fc-ccez.json"))
    assert "It is not in use" in again.output
    assert imr("withdraw", "--undo", vintage.vintage_id).exit_code == 0
    assert withdrawal.in_use(home, dataset("nchs_births_1909")) == [vintage]


def test_an_unknown_vintage_is_wrong_use(imr: Any, home: Home) -> None:
    found = imr("withdraw", "nchs_births_1909@000000000000")
    assert found.exit_code == 2
    assert "no vintage" in found.output


def test_ingest_says_what_is_made_of_an_export_and_what_is_missing(imr: Any) -> None:
    taken = imr("ingest", str(SAMPLES / "wonder_natality_us_1995-2002.txt"))
    assert taken.exit_code == 0, taken.output
    assert "rows are used" in taken.output
    as_json = json.loads(
        imr("ingest", str(SAMPLES / "wonder_natality_us_1995-2002.txt"), "--json").output
    )
    # One row a year, and the Total.
    assert as_json["result"]["use"]["rows_used"] == 8


def test_sources_and_doctor_say_what_is_made_of_extracts(imr: Any, home: Home) -> None:
    natality = dataset("nchs_wonder_natality")
    assert imr("ingest", str(SAMPLES / "wonder_natality_us_1995-2002.txt")).exit_code == 0
    remember(home, [Lacking("nchs_wonder_natality", "deaths", (1995, 1996), 1, "linked deaths")])
    said = json.loads(imr("sources", "--json").output)["result"]
    (use,) = next(d for d in said["datasets"] if d["dataset_id"] == natality.dataset_id)["uses"]
    assert use["rows_used"] == 8
    assert use["rows_left_out"] == [{"why": "that are Totals of the others", "rows": 1}]
    assert "Births of 1995 to 2002 without deaths" in use["still_needed"][0]
    assert [gap["years"] for gap in said["lacking"]] == [[1995, 1996]]
    shown = imr("sources").output
    assert "NEEDED births 1995 to 1996 of nchs_wonder_natality (1 area) have no deaths" in shown
    assert "1 that are Totals of the others" in imr("sources", "--vertical").output
    assert _finding(home, "rows").seen.startswith("8 rows of 1 extract are used, 1 are not")
    gap = _finding(home, "counts without partner")
    assert gap.fine
    assert "births 1995 to 1996" in gap.seen
    # What no run of this code has read is read again.
    (vintage,) = vintage_folders.vintages(home, natality)
    for remembered in (home.staging / "nchs" / natality.dataset_id).glob("*.use.json"):
        remembered.unlink()
    found = use_of(home, natality, vintage)
    assert found is not None
    assert found.rows_used == 8


def test_a_file_that_nobody_recognises_is_named_everywhere_until_it_is_gone(
    imr: Any, home: Home
) -> None:
    file = home.inbox / "notes of a meeting.txt"
    file.write_text("nothing of interest\n", encoding="utf-8")
    old = time.time() - 3600
    os.utime(file, (old, old))
    sort_inbox(home, identify, describe_unknown)
    (unused,) = unused_files(home, DATASETS)
    assert "notes of a meeting.txt" in unused.line
    assert "NOT USED notes of a meeting.txt" in imr("sources").output
    finding = _finding(home, "inbox")
    assert not finding.fine
    assert "notes of a meeting.txt" in finding.seen
    troubles = source_troubles(home, DATASETS, today=date(2026, 1, 1), live=False)
    assert [t.subject for t in troubles] == ["notes of a meeting.txt"]
    for left in unused.place.iterdir():
        left.unlink()
    unused.place.rmdir()
    assert unused_files(home, DATASETS) == []


def _arrives(home: Home, name: str, text: str) -> None:
    (home.inbox / name).write_text(text, encoding="utf-8")
    old = time.time() - 3600
    os.utime(home.inbox / name, (old, old))


def test_each_file_that_a_rule_refused_is_named_every_night_until_a_good_one_came(
    imr: Any, home: Home
) -> None:
    linked = dataset("nchs_wonder_linked")
    good = (SAMPLES / "wonder_linked_us_2007-2023.txt").read_text(encoding="utf-8")
    for name, births in (("first.txt", "1000"), ("second.txt", "2000")):
        _arrives(home, name, good.replace("3596017", births))
    sort_inbox(home, identify, describe_unknown)
    assert refresh(home, linked, profile="live").status == "quarantined"
    # The dataset's message has one of them, and only until the next night; no trouble stands twice.
    troubles = source_troubles(home, DATASETS, today=date(2026, 1, 1), live=False)
    assert [(t.kind, t.subject) for t in troubles] == [
        (NOT_IN_USE, linked.dataset_id),
        (NOT_IN_USE, "second.txt"),
    ]
    _arrives(home, "other.txt", good)
    sort_inbox(home, identify, describe_unknown)
    assert refresh(home, linked, profile="live").status == "new"
    assert [u.name for u in unused_files(home, DATASETS)] == ["first.txt", "second.txt"]
    said = imr("sources").output
    assert "NOT USED first.txt: refused for nchs_wonder_linked [INTAKE-WONDER-" in said
    assert "NOT USED second.txt: refused for nchs_wonder_linked" in said
    assert _finding(home, "inbox").seen == "2 files not in use: first.txt, second.txt"
    _arrives(home, "first.txt", good.replace("20577\t3667758\t5.61", "20578\t3667758\t5.61"))
    sort_inbox(home, identify, describe_unknown)
    assert refresh(home, linked, profile="live").status == "new"
    assert [u.name for u in unused_files(home, DATASETS)] == ["second.txt"]


def test_a_file_that_still_arrives_is_named_and_is_no_trouble(home: Home) -> None:
    (home.inbox / "births.txt").write_text("half", encoding="utf-8")
    (unused,) = unused_files(home, DATASETS)
    assert (unused.name, unused.arriving) == ("births.txt", True)
    assert _finding(home, "inbox").fine
