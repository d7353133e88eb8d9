"""A new Fingertips export against the last one: periods may leave, areas may not."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path

from assets.archive import vintage_folders
from assets.archive.acceptance import slot_of
from assets.archive.intake import take_in
from assets.archive.vintage import Origin
from assets.producers.catalogue import dataset
from assets.state.home import Home
from tools.samples.ohid.fingertips_sample import HEADER

ORIGIN = Origin("https://example.org/x", "2024-05-01T00:00:00+00:00", "Open Government Licence")
FINGERTIPS = dataset("fingertips_infant_mortality")
BEFORE_2023, FROM_2023 = "Districts & UAs (2021/22-2022/23)", "Districts & UAs (from Apr 2023)"
CODES = ("E92000001", "E07000223", "E07000224", "E07000117", "E07000073")


def export(
    folder: Path, years: Iterable[int], codes: Iterable[str] = CODES, kind: str = BEFORE_2023
) -> Path:
    """Write an export: 10 deaths and 3,719 births (Harlow, 2016 - 18) for every area and period."""
    path = folder / f"{len(list(folder.iterdir()))}.csv"
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, HEADER, restval="", lineterminator="\r\n")
        writer.writeheader()
        for year in years:
            for code in codes:
                writer.writerow(
                    {
                        "Indicator ID": "92196", "Indicator Name": "Infant mortality rate",
                        "Area Code": code, "Area Name": code, "Area Type": kind, "Sex": "Persons",
                        "Age": "<1 yr", "Time period": f"{year} - {(year + 2) % 100:02}",
                        "Value": "2.6889", "Count": "10", "Denominator": "3719",
                    }
                )  # fmt: skip
    return path


def test_the_oldest_period_may_leave_when_a_new_one_comes(home: Home, tmp_path: Path) -> None:
    (folder := tmp_path / "offers").mkdir()
    assert take_in(home, FINGERTIPS, export(folder, range(2001, 2017)), ORIGIN).status == "new"
    outcome = take_in(home, FINGERTIPS, export(folder, range(2002, 2018)), ORIGIN)
    assert outcome.status == "new", outcome.errors
    assert [w.rule for w in outcome.warnings] == []


def test_an_area_that_is_missing_from_periods_that_stayed_is_a_loss(
    home: Home, tmp_path: Path
) -> None:
    (folder := tmp_path / "offers").mkdir()
    assert take_in(home, FINGERTIPS, export(folder, range(2001, 2017)), ORIGIN).status == "new"
    outcome = take_in(home, FINGERTIPS, export(folder, range(2001, 2018), CODES[:-1]), ORIGIN)
    assert {e.rule for e in outcome.errors} == {"ACCEPT-COVERAGE-LOST", "ACCEPT-ROWS-LOST"}
    assert len(vintage_folders.vintages(home, FINGERTIPS)) == 1


def test_another_kind_of_area_is_another_slot(tmp_path: Path) -> None:
    files = [export(tmp_path, [2016], kind=kind) for kind in (BEFORE_2023, BEFORE_2023, FROM_2023)]
    slots = [slot_of(FINGERTIPS, FINGERTIPS.parse(f)) for f in files]
    assert slots[0] == slots[1] != slots[2]
    assert slots[2] == f"indicator=92196|area_types={FROM_2023}"
