"""Editions of the ONS workbooks that should be there and are not."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from assets.archive.dataset import Dataset
from assets.archive.overview import described, next_release
from assets.archive.wanted import GAP, LATE, Gap, Step, Want, want_id
from assets.archive.withdrawal import in_use
from assets.producers.ons.catalogue import DATASETS
from assets.state.home import Home
from assets.text.yaml_file import read_yaml

FETCHED = "imr run --profile live"


def wanted(home: Home, today: date, area: str = "", without: Collection[str] = ()) -> list[Want]:
    """Return the editions that are wanted.

    Args:
        home: Where state lives.
        today: Day to judge by.
        area: Code of an area; every workbook is about all of them.
        without: Vintages to leave out.
    """
    del area
    datasets = {d.dataset_id: d for d in DATASETS}
    return [
        want
        for row in read_yaml(Path(__file__).with_suffix(".yaml"))
        for want in _of(home, datasets[row["dataset"]], row, today, without)
    ]


def _of(
    home: Home, dataset: Dataset, row: Mapping[str, Any], today: date, without: Collection[str]
) -> Iterator[Want]:
    held = {v.edition: v for v in in_use(home, dataset, without=without) if v.edition}
    newest = max(held, default="")
    due = [
        y for y in range(row["since"], today.year) if _window(dataset, row, y)[1] < _month(today)
    ]
    for year in due:
        if str(year) in held:
            continue
        late = year == due[-1] and bool(newest)
        why = f"It was expected in {described(_window(dataset, row, year))}. " if late else ""
        file = row.get("file", "").format(year=year) if year >= row.get("file_since", year) else ""
        yield Want(
            want_id=want_id(dataset.dataset_id, year),
            dataset_id=dataset.dataset_id,
            title=row["title"],
            gaps=(Gap((year,)),),
            urgency=LATE if late else GAP,
            because=why + row["because"],
            country="EW",
            page=dataset.url,
            source=f"edition {year}",
            measures=tuple(row["measures"]),
            steps=(
                Step("open the edition", (str(year),)),
                Step("download", (file or "the workbook (.xlsx or .xls) of that edition",)),
            ),
            command=FETCHED,
            last_had=held[newest].known_at[:10] if newest else None,
            missing=frozenset({("EW", year)}),
            counted=1,
        )


def _window(dataset: Dataset, row: Mapping[str, Any], year: int) -> tuple[date, date]:
    """Return the months in which the edition of a year comes out."""
    window = next_release(dataset.release_months, date(year + row["lag"] - 1, 12, 1))
    if window is None:
        raise ValueError(
            f"{dataset.dataset_id} has no release months; expected some in catalogue.py"
        )
    return window


def _month(today: date) -> date:
    return today.replace(day=1)
