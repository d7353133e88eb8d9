"""An export refused for lack of others is taken in by itself once they have arrived."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from assets.archive import vintage_folders
from assets.archive.intake import QUARANTINED, take_in
from assets.archive.refresh import refresh
from assets.archive.sources import is_stale
from assets.archive.vintage import Origin
from assets.archive.waiting import retry, waiting
from assets.producers.catalogue import DATASETS, dataset
from assets.producers.nchs.wonder.whole import judge_whole
from assets.state.home import Home
from pipelines.cli import main
from pipelines.doctor import examine
from pipelines.settings import Settings

SAMPLES = Path(__file__).resolve().parents[3] / "assets/producers/nchs/samples/files"
BIRTHS = SAMPLES / "wonder_natality_us_2007-2024.txt"
LINKED = SAMPLES / "wonder_linked_us_2007-2023.txt"
NATALITY = dataset("nchs_wonder_natality")
PART = "without a footer.txt"


def _footerless(source: Path, target: Path) -> Path:
    text = source.read_text(encoding="utf-8")
    target.write_text(text.partition('"---"')[0], encoding="utf-8")
    return target


@pytest.fixture
def imr(home: Home, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("IMR_HOME", str(home.root))
    return lambda *words: CliRunner().invoke(main, words)


@pytest.fixture
def refused(home: Home, tmp_path: Path, imr: Any) -> Result:
    file = _footerless(BIRTHS, tmp_path / PART)
    return imr("ingest", str(file), "--dataset", "nchs_wonder_natality")  # type: ignore[no-any-return]


def test_it_is_named_while_it_waits_and_taken_in_with_the_others(
    refused: Result, imr: Any, home: Home
) -> None:
    assert refused.exit_code == 3
    assert "tried again by itself" in " ".join(refused.output.split())
    (waits,) = waiting(home, DATASETS)
    assert (waits.name, waits.dataset_id) == (PART, "nchs_wonder_natality")
    assert "no births of everybody to compare" in waits.lacks
    assert f"WAITING {PART}" in imr("sources").output
    told = json.loads(imr("sources", "--json").output)["result"]["waiting"]
    assert [entry["name"] for entry in told] == [PART]
    finding = next(f for f in examine(Settings(home)) if f.subject == "inbox")
    assert not finding.fine
    assert "1 refused files wait for other extracts" in finding.seen
    partner = imr("ingest", str(LINKED))
    assert partner.exit_code == 0, partner.output
    assert f"{PART} waited for it, and is archived as" in partner.output
    assert len(vintage_folders.vintages(home, NATALITY)) == 1
    assert waiting(home, DATASETS) == []


def test_it_is_offered_once_per_arrival(
    refused: Result, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    judges = (judge_whole(home),)
    assert [o.status for o in retry(home, [NATALITY], DATASETS, judges)] == [QUARANTINED]
    assert retry(home, [NATALITY], DATASETS, judges) == []


def test_from_the_inbox_its_dataset_is_stale_until_the_others_came(
    home: Home, tmp_path: Path
) -> None:
    sorted_folder = home.inbox / "sorted" / NATALITY.dataset_id
    sorted_folder.mkdir(parents=True)
    _footerless(BIRTHS, sorted_folder / PART)
    judges = (judge_whole(home),)
    first = refresh(home, NATALITY, profile="live", judges=judges)
    assert first.status == QUARANTINED
    assert is_stale(home, NATALITY)
    earlier = SAMPLES / "wonder_natality_us_2003-2006.txt"
    (sorted_folder / earlier.name).write_bytes(earlier.read_bytes())
    # A good arrival of the same dataset does not make it forgotten.
    refresh(home, NATALITY, profile="live", judges=judges)
    assert not is_stale(home, NATALITY)
    assert [w.name for w in waiting(home, DATASETS)] == [PART]
    origin = Origin("file:x", "2026-01-01T00:00:00+00:00", "terms")
    take_in(home, dataset("nchs_wonder_linked"), LINKED, origin)
    (outcome,) = retry(home, [NATALITY], DATASETS, judges)
    assert outcome.vintage is not None
    assert waiting(home, DATASETS) == []


def test_what_contradicts_others_does_not_wait_for_more(
    home: Home, tmp_path: Path, imr: Any
) -> None:
    imr("ingest", str(LINKED))
    text = BIRTHS.read_text(encoding="utf-8").partition('"---"')[0]
    # One year and the Total with it: a tenth of the births of 2023.
    text = text.replace("\t3596017", "\t359602").replace("70010438", "66774023")
    part = tmp_path / PART
    part.write_text(text, encoding="utf-8")
    done = imr("ingest", str(part), "--dataset", "nchs_wonder_natality")
    assert "[WONDER-PART]" in done.output
    assert waiting(home, DATASETS) == []
