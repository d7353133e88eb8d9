"""A small warehouse whose tables pass, for tests that run the real suites."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from assets.schema.model import LogicalType
from assets.state.warehouse import connect, replace_table
from expectations.suites import registry_table

COUNTS = {
    "live_births": 605479,
    "stillbirths": 2433,
    "early_neonatal_deaths": 1385,
    "late_neonatal_deaths": 379,
    "neonatal_deaths": 1764,
    "postneonatal_deaths": 585,
    "infant_deaths": 2349,
    "perinatal_deaths": 3818,
}
"""England and Wales 2022, ONS child mortality (death cohort) 2022, Table 1."""

_FILLERS: dict[LogicalType, object] = {
    LogicalType.TEXT: "x",
    LogicalType.INTEGER: 1,
    LogicalType.NUMBER: 1.0,
    LogicalType.BOOLEAN: False,
    LogicalType.DATE: dt.date(2022, 1, 1),
}


def put(con: duckdb.DuckDBPyConnection, name: str, rows: list[dict[str, object]]) -> None:
    """Write rows as a table; columns that a row does not name get a harmless value."""
    table = registry_table(name)
    columns: dict[str, list[object]] = {}
    for c in table.columns:
        filler = c.allowed[0] if c.allowed else _FILLERS[c.type]
        filler = "0" * 64 if c.pattern == "[0-9a-f]{64}" else filler
        columns[c.name] = [r.get(c.name, filler if c.required else None) for r in rows]
    con.register("given", pd.DataFrame(columns, dtype="object"))
    replace_table(con, table, "SELECT * FROM given", schema=name.partition(".")[0])
    con.unregister("given")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Home whose warehouse holds counts, areas and vintages that pass."""
    with connect(tmp_path / "warehouse.duckdb") as con:
        area = {
            "area_code": "K04000001, J99000001",
            "geography_vintage": "EW",
            "area_type": "country_group",
            "country": "EW",
        }
        put(con, "core.areas", [area])
        put(con, "core.vintages", [{"vintage_id": "v1", "dataset_id": "d"}])
        put(con, "staging.nchs_wonder", [])
        base = area | {
            "source_family": "ons_occurrence",
            "period_type": "year",
            "period_start": dt.date(2022, 1, 1),
            "period_end": dt.date(2022, 12, 31),
            "stratum_type": "all",
            "stratum": "all",
            "vintage_id": "v1",
        }
        rows = [base | {"measure": m, "value": v} for m, v in COUNTS.items()]
        put(con, "core.observations", rows)
    return tmp_path


@pytest.fixture
def con(home: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open warehouse of the home."""
    with connect(home / "warehouse.duckdb") as connection:
        yield connection
