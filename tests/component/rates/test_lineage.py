"""The lineage of columns, as Dagster shows it, is what the SQL of the rates does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from assets.rates.builders import build_rates
from assets.schema.lineage import column_sources
from assets.schema.model import Layer
from assets.schema.registry import table, tables_of
from tests.component.rates.core_tables import CoreTables, rates

KEY = table("published.rates").key


def counted() -> CoreTables:
    core = CoreTables()
    for year in range(2015, 2021):
        core.infant("US-MO", year, 400 + year % 7, 70_000)
        core.infant("US-NE", year, 120 + year % 5, 25_000)
        core.infant("US", year, 20_000 + year % 3, 3_700_000)
    return core


def built(statement: str = "") -> dict[tuple[Any, ...], Mapping[str, Any]]:
    con = counted().write()
    if statement:
        con.execute(statement).fetchall()
    build_rates(con)
    return {tuple(row[k] for k in KEY): row for row in rates(con)}


@pytest.fixture(scope="module")
def before() -> dict[tuple[Any, ...], Mapping[str, Any]]:
    return built()


_MO = "WHERE area_code = 'US-MO' AND year(period_end) = 2020"


@pytest.mark.parametrize(
    ("source", "statement", "at_least"),
    [
        (
            ("core.observations", "value"),
            f"UPDATE core.observations SET value = value + 150 {_MO} AND measure LIKE '%deaths%'",
            {"numerator", "rate", "ci_upper_95", "funnel"},
        ),
        (
            ("core.observations", "status"),
            f"UPDATE core.observations SET status = 'suppressed', value = NULL {_MO}",
            {"value_status", "status_reason", "rate"},
        ),
        (
            ("core.observations", "is_provisional"),
            f"UPDATE core.observations SET is_provisional = NOT is_provisional {_MO}",
            {"is_provisional"},
        ),
        (
            ("core.areas", "area_name"),
            "UPDATE core.areas SET area_name = area_name || '!'",
            {"area_name"},
        ),
        (
            ("core.series_breaks", "first_year"),
            "INSERT INTO core.series_breaks (source_family, measure, area_code, first_year, kind, "
            "reason, source) VALUES ('nchs_linked', 'infant_mortality', 'US-MO', 2018, "
            "'definition', 'another way', 'test')",
            {"value_status", "status_reason", "numerator"},
        ),
        (
            ("core.areas", "predecessors"),
            "UPDATE core.areas SET predecessors = 'US-MO' WHERE area_code = 'US-NE'",
            {"place_code", "is_preferred", "is_latest"},
        ),
    ],
)
def test_a_change_of_a_column_reaches_the_columns_that_are_declared_to_be_made_of_it(
    before: dict[tuple[Any, ...], Mapping[str, Any]],
    source: tuple[str, str],
    statement: str,
    at_least: set[str],
) -> None:
    after = built(statement)
    assert after.keys() == before.keys()
    changed = {c for key, row in after.items() for c in row if row[c] != before[key][c]}
    declared = {c for c, sources in column_sources("rates.rates").items() if source in sources}
    assert at_least <= changed <= declared


def test_every_column_of_rates_has_its_lineage_but_the_version_of_the_method() -> None:
    names = set(table("published.rates").column_names)
    assert names - column_sources("rates.rates").keys() == {"method_version"}


def test_lineage_names_columns_that_are() -> None:
    for published in tables_of(Layer.PUBLISHED):
        for full_name in (published.full_name, f"rates.{published.name}"):
            for column, sources in column_sources(full_name).items():
                assert column in published.column_names
                for name, source in sources:
                    there = table(name.replace("rates.", "published.", 1))
                    assert source in there.column_names, (full_name, column)
