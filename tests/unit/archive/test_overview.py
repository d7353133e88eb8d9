"""When a dataset is due and when it is late, by its own calendar."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from assets.archive.overview import next_release, overview
from assets.archive.sources import record_attempt
from assets.archive.vintage import Origin
from assets.archive.vintage_folders import put
from assets.producers.catalogue import dataset
from assets.state.home import Home

AUTUMN, QUARTERLY, YEAR_END, MONTHLY = (8, 9, 10), (2, 5, 8, 11), (1, 12), tuple(range(1, 13))


@pytest.mark.parametrize(
    ("months", "after", "expected"),
    [
        (AUTUMN, (2026, 3, 2), ((2026, 8, 1), (2026, 10, 1))),
        (AUTUMN, (2026, 9, 2), ((2027, 8, 1), (2027, 10, 1))),
        (QUARTERLY, (2026, 5, 31), ((2026, 8, 1), (2026, 8, 1))),
        (YEAR_END, (2026, 1, 5), ((2026, 12, 1), (2027, 1, 1))),
        (YEAR_END, (2025, 12, 5), ((2026, 12, 1), (2027, 1, 1))),
        (MONTHLY, (2026, 12, 31), ((2027, 1, 1), (2027, 1, 1))),
    ],
)
def test_consecutive_months_are_one_window(
    months: tuple[int, ...], after: tuple[int, int, int], expected: object
) -> None:
    window = next_release(months, date(*after))
    assert window is not None
    assert tuple((d.year, d.month, d.day) for d in window) == expected


def test_without_a_calendar_nothing_is_due() -> None:
    assert next_release((), date(2026, 1, 1)) is None


@pytest.mark.parametrize(
    ("today", "status"),
    [
        (date(2024, 10, 29), "current"),
        (date(2025, 9, 30), "current"),
        (date(2025, 10, 31), "current"),
        (date(2025, 11, 1), "late"),
    ],
)
def test_an_annual_workbook_is_late_after_its_window_only(
    tmp_path: Path, today: date, status: str
) -> None:
    home = Home(tmp_path).create()
    entry = replace(dataset("ons_birth_registrations"), release_months=AUTUMN)
    file = tmp_path / "2023.xlsx"
    file.write_bytes(b"x")
    put(home, entry, file, Origin("u", "2024-10-28T10:00:00+00:00", "OGL", "2024-10-28"))
    (state,) = overview(home, [entry], today=today)
    assert state.status == status
    assert state.next_expected == "2025-08 to 2025-10"
    assert state.age_days == (today - date(2024, 10, 28)).days
    assert state.producer == "Office for National Statistics"
    record_attempt(home, entry, "failed", "503")
    assert overview(home, [entry], today=today)[0].status == "stale"


@pytest.mark.parametrize(
    ("parameters", "expected", "status"),
    [
        # The edition of 2012 was out in 2013, however late it was put into the archive.
        ({"slot": "edition=2012"}, "2014-08 to 2014-10", "late"),
        ({"slot": "edition=2025"}, "2027-08 to 2027-10", "current"),
        ({"newest_year": "2013"}, "2015-08 to 2015-10", "late"),
        ({}, "2027-08 to 2027-10", "current"),
    ],
)
def test_a_backfill_does_not_hide_that_the_newest_edition_is_missing(
    tmp_path: Path, parameters: dict[str, str], expected: str, status: str
) -> None:
    home = Home(tmp_path).create()
    entry = replace(dataset("ons_deaths_by_area"), release_months=AUTUMN)
    file = tmp_path / "deaths_2012.xls"
    file.write_bytes(b"x")
    put(home, entry, file, Origin("file:x", "2026-11-21T10:00:00+00:00", "", parameters=parameters))
    (state,) = overview(home, [entry], today=date(2026, 11, 21))
    assert (state.next_expected, state.status) == (expected, status)


def test_a_past_day_is_judged_by_what_was_known_then(tmp_path: Path) -> None:
    home = Home(tmp_path).create()
    entry = replace(dataset("ons_birth_registrations"), release_months=AUTUMN)
    for year in ("2023", "2024"):
        file = tmp_path / f"{year}.xlsx"
        file.write_text(year)
        released = f"{int(year) + 1}-10-28"
        put(home, entry, file, Origin("u", f"{released}T10:00:00+00:00", "OGL", released))
    (then,) = overview(home, [entry], today=date(2024, 12, 1), as_of="2024-12-01")
    assert (then.vintages, then.last_retrieved, then.status) == (1, "2024-10-28", "current")
    assert then.next_expected == "2025-08 to 2025-10"
