"""Samples through the archive into staging Parquet."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from assets.archive import intake, parsing, staging
from assets.archive.dataset import Dataset
from assets.archive.vintage import Origin
from assets.producers.ons.catalogue import CHILD_MORTALITY, DATASETS
from assets.state.home import Home
from tools.samples.ons.generate import HERE

ORIGIN = Origin("file:test", "2025-01-01T00:00:00+00:00", "none")


@pytest.mark.parametrize(
    "dataset", [d for d in DATASETS if d.samples], ids=lambda dataset: dataset.dataset_id
)
def test_withheld_cells_are_null_and_keep_their_text(dataset: Dataset, tmp_path: Path) -> None:
    home = Home(tmp_path)
    sample = HERE / dataset.samples[-1]
    outcome = intake.take_in(home, dataset, sample, ORIGIN)
    assert outcome.vintage is not None, outcome.errors
    parquet = staging.stage(home, dataset, outcome.vintage)
    frame = intake.read(dataset, sample).frame
    # Whatever is left of a result keeps the shared connection busy for the tests that follow.
    (found,) = duckdb.execute(
        "SELECT count(*), count(value), count(raw_text), count(*) FILTER (isnan(value)) "
        f"FROM read_parquet('{parquet.as_posix()}')"
    ).fetchall()
    assert found == (len(frame), frame["value"].count(), frame["raw_text"].count(), 0)


def test_the_container_of_a_vintage_is_judged_again_only_if_its_bytes_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = Home(tmp_path)
    sample = HERE / CHILD_MORTALITY.samples[-1]
    vintage = intake.take_in(home, CHILD_MORTALITY, sample, ORIGIN).vintage
    assert vintage is not None
    judged = []

    def guard(file: Path) -> str:
        judged.append(file)
        return "xlsx"

    monkeypatch.setattr(parsing, "guard", guard)
    parquet = staging.stage(home, CHILD_MORTALITY, vintage)
    assert judged == []
    parquet.unlink()
    with vintage.path.open("ab") as handle:
        handle.write(b"\0")
    staging.stage(home, CHILD_MORTALITY, vintage)
    assert judged == [vintage.path]
