"""``imr ingest`` and ``imr sources`` as a person uses them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from assets.archive import store
from assets.catalogue import DATASETS, dataset
from assets.home import Home
from pipelines.cli import main


@pytest.fixture
def imr(home: Home, monkeypatch: pytest.MonkeyPatch) -> object:
    monkeypatch.setenv("IMR_HOME", str(home.root))

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(main, list(arguments))

    return run


def test_help_lists_every_dataset_with_an_example(imr: object) -> None:
    shown = imr("ingest", "--help").output
    assert [d.dataset_id for d in DATASETS if d.dataset_id not in shown] == []
    assert "imr ingest cim2022deathcohortworkbook.xlsx" in shown


def test_a_refused_file_is_taken_in_from_quarantine_with_a_reason(
    imr: object, home: Home, repository: Path, tmp_path: Path
) -> None:
    sample = repository / "assets/nchs/samples/files/births_e6fc-ccez.json"
    assert imr("ingest", str(sample)).exit_code == 0
    rows = json.loads(sample.read_text(encoding="utf-8"))
    shorter = tmp_path / "births.json"
    shorter.write_text(json.dumps(rows[:-4]), encoding="utf-8")
    refused = imr("ingest", str(shorter), "--url", "https://example.org/births")
    assert refused.exit_code == 3
    assert "ACCEPT-WENT-BACK" in refused.output
    (kept,) = (home.quarantine / "nchs_births_1909").glob("*/births.json")
    taken = imr("ingest", str(kept), "--accept", "years withdrawn, see the page")
    assert taken.exit_code == 0, taken.output
    assert "advice: [ACCEPT-WENT-BACK]" in taken.output
    vintages = store.vintages(home, dataset("nchs_births_1909"))
    by_url = {v.origin.url: v.origin.note for v in vintages}
    # The origin that the file was refused with is kept.
    assert "years withdrawn" in by_url["https://example.org/births"]


def test_a_stranger_is_told_what_was_seen_and_what_would_fit(imr: object, tmp_path: Path) -> None:
    file = tmp_path / "x.txt"
    file.write_text("Dear diary\n", encoding="utf-8")
    refused = imr("ingest", str(file))
    assert refused.exit_code == 2
    assert "Dear diary" in refused.output
    assert "--dataset nchs_wonder_linked" in " ".join(refused.output.split())


def test_sources_show_age_next_release_status_and_licence(imr: object, repository: Path) -> None:
    sample = repository / "assets/nchs/samples/files/vsrr_quarterly_jqwm-z2g9.json"
    imr("ingest", str(sample))
    rows = {r["dataset_id"]: r for r in json.loads(imr("sources", "--format", "json").output)}
    assert len(rows) == len(DATASETS)
    row = rows["nchs_vsrr_quarterly"]
    assert (row["vintages"], row["age_days"], row["status"]) == (1, 0, "current")
    assert row["next_expected"][-2:] in ("02", "05", "08", "11")
    assert row["licence"].startswith("Public domain")
    assert rows["nchs_births_1909"]["status"] == "empty"
