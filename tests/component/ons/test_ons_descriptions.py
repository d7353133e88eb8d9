"""Layout descriptions and measures agree with each other."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from assets.producers import ons
from assets.producers.ons.area_registrations import layouts as area_registrations_layouts
from assets.producers.ons.birth_registrations import layouts as birth_registrations_layouts
from assets.producers.ons.child_mortality import layouts as child_mortality_layouts
from assets.producers.ons.tables import (
    ONS_AREA_REGISTRATIONS,
    ONS_BIRTH_REGISTRATIONS,
    ONS_CHILD_MORTALITY,
)
from assets.producers.ons.workbooks import columns
from assets.producers.ons.workbooks.layout import (
    COUNT,
    FLAG,
    LABEL,
    MEASURED,
    OTHER,
    RATE,
    EditionLayout,
)

DEATHS = area_registrations_layouts.DEATHS
BIRTHS = area_registrations_layouts.BIRTHS
CHILD = child_mortality_layouts.LAYOUTS
REGISTRATIONS = birth_registrations_layouts.LAYOUTS
MEASURES = Path(ons.__file__).with_name("measures_by_column.csv")
ALL = (*DEATHS, *BIRTHS, *CHILD, *REGISTRATIONS)


@pytest.mark.parametrize("layout", ALL, ids=lambda layout: layout.name)
def test_source_columns_of_a_table_are_unique(layout: EditionLayout) -> None:
    for table in layout.tables:
        names = [column.name for column in table.columns if column.role in MEASURED]
        assert len(names) == len(set(names)), table.number


@pytest.mark.parametrize(
    ("layouts", "number", "columns"),
    [
        (CHILD, "1", columns.SERIES_COUNTS),
        (CHILD, "3", columns.AREA_COUNTS),
        (CHILD, "2", columns.NATION_COUNTS),
        (CHILD, "10", columns.MOTHERS_AGE_COUNTS),
        (CHILD, "21", columns.DEPRIVATION_COUNTS),
        (CHILD, "25", columns.DEPRIVATION_COUNTS_WALES),
        (DEATHS, "1a", columns.DEATHS_BY_AREA),
        (BIRTHS, "1", columns.BIRTHS_BY_AREA_AND_SEX),
        (BIRTHS, "1a", columns.BIRTHS_BY_AREA_AND_SEX),
        (REGISTRATIONS, "2", columns.BIRTH_REGISTRATIONS),
    ],
)
def test_every_column_of_a_measure_is_printed_by_some_edition(
    layouts: tuple[EditionLayout, ...], number: str, columns: columns.Columns
) -> None:
    printed = {
        column.name
        for layout in layouts
        for table in layout.tables
        if table.number == number
        for column in table.columns
        if column.role in (COUNT, OTHER)
    }
    for measure, names in columns.items():
        assert set(names) <= printed, measure


def test_what_counts_are_made_of_is_described_as_a_count_and_nothing_else() -> None:
    with MEASURES.open(encoding="utf-8", newline="") as handle:
        rows = [row for row in csv.DictReader(handle) if row["staging_table"].startswith("ons_")]
    made = {
        r["column_key"].partition(":")[2] or r["column_key"] for r in rows if r["kind"] == "count"
    }
    # After a comma a name says what the column is about; sums are made of several columns.
    described = {
        c.name.partition(", ")[0]
        for e in ALL
        for t in e.tables
        for c in t.columns
        if c.role == COUNT
    }
    summed = {key for key in made if " + " in key or key.startswith("Neonatal deaths - ")}
    assert len(summed) == 3
    assert described == made - summed


def test_each_rate_of_the_area_tables_is_followed_by_its_flag() -> None:
    flags = {
        name: flag for r in columns.AREA_RATES for name, flag in zip(r.rate, r.flag, strict=True)
    }
    for layout in CHILD:
        table = next(table for table in layout.tables if table.number == "3")
        if not any(column.role == FLAG for column in table.columns):
            assert layout.name == "child mortality 2018"  # its marks have no header
            continue
        pairs = list(zip(table.columns, table.columns[1:], strict=False))
        rates = {left.name: right for left, right in pairs if left.role == RATE}
        assert set(rates) <= set(flags)
        for name, right in rates.items():
            assert (right.role, right.name) == (FLAG, flags[name])


@pytest.mark.parametrize(
    ("layouts", "table", "not_staged"),
    [
        (CHILD, ONS_CHILD_MORTALITY, set()),
        ((*DEATHS, *BIRTHS), ONS_AREA_REGISTRATIONS, set()),
        (REGISTRATIONS, ONS_BIRTH_REGISTRATIONS, {"age_of_father"}),
    ],
)
def test_labels_are_staging_columns(
    layouts: tuple[EditionLayout, ...], table: object, not_staged: set[str]
) -> None:
    labels = {
        column.name
        for layout in layouts
        for described in layout.tables
        for column in described.columns
        if column.role == LABEL
    }
    assert labels - not_staged <= set(table.column_names)  # type: ignore[attr-defined]
