"""``imr ingest`` and ``imr sources`` as a person uses them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from assets.archive import vintage_folders
from assets.archive.sources import is_stale
from assets.producers.catalogue import DATASETS, dataset
from assets.state.home import Home
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
    sample = repository / "assets/producers/nchs/samples/files/births_e6fc-ccez.json"
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
    vintages = vintage_folders.vintages(home, dataset("nchs_births_1909"))
    by_url = {v.origin.url: v.origin.note for v in vintages}
    # The origin that the file was refused with is kept.
    assert "years withdrawn" in by_url["https://example.org/births"]


def test_an_export_without_footer_is_taken_in_only_with_evidence(
    imr: object, home: Home, repository: Path, tmp_path: Path
) -> None:
    (sample,) = (repository / "assets/producers/nchs/samples/files").glob(
        "wonder_natality_us_2007-*.txt"
    )
    file = tmp_path / "natality.txt"
    file.write_bytes(sample.read_bytes().partition(b'"---"')[0])
    unnamed = imr("ingest", str(file))
    assert unnamed.exit_code == 2
    assert "--dataset nchs_wonder_natality" in " ".join(unnamed.output.split())
    alone = imr("ingest", str(file), "--dataset", "nchs_wonder_natality")
    assert alone.exit_code == 3
    assert "[WONDER-PART]" in alone.output
    # The export with footer proves it, so that it is taken in by itself and not only when offered.
    proof = imr("ingest", str(sample))
    assert proof.exit_code == 0
    assert "shown to count everybody" in proof.output
    taken = imr("ingest", str(file), "--dataset", "nchs_wonder_natality")
    assert taken.exit_code == 0, taken.output
    assert "archived already" in taken.output
    vintage = vintage_folders.vintages(home, dataset("nchs_wonder_natality"))[0]
    assert "shown to count everybody" in vintage.origin.note
    births = dataset("nchs_wonder_natality").parse(vintage.path).frame
    # United States, 2023: NVSR 74-1.
    assert births.loc[births["year"] == "2023", "value"].tolist() == [3_596_017]


def test_a_stranger_is_told_what_was_seen_and_what_would_fit(imr: object, tmp_path: Path) -> None:
    file = tmp_path / "x.txt"
    file.write_text("Dear diary\n", encoding="utf-8")
    refused = imr("ingest", str(file))
    assert refused.exit_code == 2
    assert "Dear diary" in refused.output
    assert "imr ingest --list" in " ".join(refused.output.split())


def test_sources_show_age_next_release_status_and_licence(imr: object, repository: Path) -> None:
    sample = repository / "assets/producers/nchs/samples/files/vsrr_quarterly_jqwm-z2g9.json"
    imr("ingest", str(sample))
    rows = {r["dataset_id"]: r for r in json.loads(imr("sources", "--format", "json").output)}
    assert len(rows) == len(DATASETS)
    row = rows["nchs_vsrr_quarterly"]
    assert (row["vintages"], row["age_days"], row["status"]) == (1, 0, "late")
    # Its figures end with 2019, whenever the file came.
    assert row["next_expected"] == "2021-02"
    assert row["licence"].startswith("Public domain")
    assert row["producer"].startswith("National Center for Health Statistics")
    fingertips = rows["fingertips_infant_mortality"]["producer"]
    assert fingertips == "Office for Health Improvement and Disparities"
    assert fingertips.split()[-1] in imr("sources").output
    assert rows["nchs_births_1909"]["status"] == "empty"


def test_a_damaged_archive_is_named_with_what_to_do(
    imr: object, home: Home, repository: Path
) -> None:
    sample = repository / "assets/producers/nchs/samples/files/vsrr_quarterly_jqwm-z2g9.json"
    imr("ingest", str(sample))
    (vintage,) = vintage_folders.vintages(home, dataset("nchs_vsrr_quarterly"))
    assert "ok   archive: every extract as it arrived" in imr("doctor").output
    vintage.path.write_bytes(vintage.path.read_bytes().replace(b"5.83", b"5.38", 1))
    examined = imr("doctor")
    assert examined.exit_code == 1
    assert f"{vintage.path} has the sha256" in examined.output
    (vintage.path.parent / "origin.json").write_bytes(b"")
    for command, exit_code in (("sources", 0), ("doctor", 1)):
        shown = imr(command)
        assert shown.exit_code == exit_code
        assert str(vintage.path.parent) in shown.output
        assert "Restore the folder from a backup" in shown.output
    (vintage.path.parent / "origin.json").unlink()
    assert str(vintage.path.parent) in imr("doctor").output


def test_a_wrong_file_by_hand_does_not_make_the_source_stale(
    imr: object, home: Home, repository: Path, tmp_path: Path
) -> None:
    natality = dataset("nchs_wonder_natality")
    sample = repository / "assets/producers/nchs/samples/files/wonder_natality_us_2007-2024.txt"
    assert imr("ingest", str(sample)).exit_code == 0
    (notes := tmp_path / "notes.txt").write_text("shopping list\n", encoding="utf-8")
    assert imr("ingest", str(notes), "--dataset", natality.dataset_id).exit_code == 3
    assert not is_stale(home, natality)
    assert list((home.quarantine / natality.dataset_id).glob("*/notes.txt"))


def test_the_list_of_datasets_is_json_too() -> None:
    for words in (["ingest", "--list", "--json"], ["ingest", "--json", "--list"]):
        done = CliRunner().invoke(main, words)
        assert done.exit_code == 0
        said = json.loads(done.stdout)
        assert (said["command"], said["exit_code"]) == ("ingest", 0)
        assert [d["dataset_id"] for d in said["result"]] == [d.dataset_id for d in DATASETS]
        assert all(d["how_to_get"] for d in said["result"])
