"""Which dataset of the catalogue a file belongs to, by its content."""

from __future__ import annotations

import re
from pathlib import Path

from assets.archive.container import sniff
from assets.archive.container.encoding import start_of
from assets.archive.errors import ExtractError
from assets.producers.ons.area_registrations.layouts import BIRTHS, DEATHS
from assets.producers.ons.birth_registrations.layouts import LAYOUTS as REGISTRATIONS
from assets.producers.ons.child_mortality.layouts import LAYOUTS as CHILD_MORTALITY
from assets.producers.ons.workbooks.locate import fits
from assets.producers.ons.workbooks.text import clean
from assets.producers.ons.workbooks.workbook import Workbook

_TITLES: tuple[tuple[str, str], ...] = (
    (r"deaths \(numbers and rates\) by area of usual residence", "ons_deaths_by_area"),
    (
        r"summary: live births \(numbers, rates and percentages\): administrative area",
        "ons_births_by_area",
    ),
    (r"live births, stillbirths and infant deaths: area of residence", "ons_child_mortality"),
    (r"live births, stillbirths, all infant deaths", "ons_child_mortality"),
    (r"live births and fertility rates by sex, registration", "ons_birth_registrations"),
    (r"information on births in england and wales: birth registrations", "ons_birth_registrations"),
    (r"information on the child mortality \(death cohort\) tables", "ons_child_mortality"),
)
_NOMIS = {
    "nm-205d1": "nomis_live_births",
    "nm-203d1": "nomis_births_characteristics",
    "nm-161d1": "nomis_deaths",
    "nm-2002d1": "nomis_population",
}
_BY_DIMENSION = (
    ("cause_of_death", "nomis_deaths"),
    ("cob_mother", "nomis_births_characteristics"),
    ("c_age", "nomis_population"),
    ("age_of_mother", "nomis_live_births"),
)
"""Datasets by a dimension that the others do not have, for answers without the column URN."""
_LAYOUTS = {
    "ons_deaths_by_area": DEATHS,
    "ons_births_by_area": BIRTHS,
    "ons_birth_registrations": REGISTRATIONS,
    "ons_child_mortality": CHILD_MORTALITY,
}
_SHEETS = ("Cover_sheet", "1", "Table_1", "Table 1a", "Table 1", "Table 3", "Contents")
_HEAD_BYTES = 65536
_TITLE_ROWS = 8


def identify(path: Path) -> str | None:
    """Return the dataset that a file belongs to, or ``None`` where it is of another producer.

    Args:
        path: A workbook or a CSV answer; its name does not matter. Its container has been judged
            before (:mod:`assets.archive.container.guard`).
    """
    kind = sniff.content_type(path)
    if kind == sniff.TEXT:
        return _identify_text(path)
    if kind in (sniff.XLSX, sniff.XLS):
        return _identify_workbook(path)
    return None


def _identify_text(path: Path) -> str | None:
    with path.open("rb") as handle:
        head = start_of(handle.read(_HEAD_BYTES)).casefold()
    if "record_count" not in head or "obs_value" not in head:
        return None
    match = re.search(r"nm-\d+d\d+(?=d)", head)
    if match is not None:
        return _NOMIS.get(match[0])
    columns = head.partition("\n")[0]
    named = (dataset for dimension, dataset in _BY_DIMENSION if dimension in columns)
    return None if "urn" in re.split(r"\W+", columns) else next(named, None)


def _identify_workbook(path: Path) -> str | None:
    try:
        workbook = Workbook(path)
        for sheet in _SHEETS:
            if sheet not in workbook.sheets:
                continue
            for row in workbook.grid(sheet).rows[:_TITLE_ROWS]:
                text = clean(" ".join(str(cell) for cell in row)).casefold()
                for pattern, dataset in _TITLES:
                    if re.search(pattern, text):
                        return dataset
        # A copy may have lost its titles; it is refused for that where it belongs.
        return next((name for name, known in _LAYOUTS.items() if fits(workbook, known)), None)
    except ExtractError:
        return None
    return None
