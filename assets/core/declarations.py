"""Declared facts as tables: areas, custom regions, series breaks and pools."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pandas as pd

from assets.core.geography.registry import Area, BoundarySet, boundary_sets, members
from assets.core.regions.loader import Region, load_regions
from assets.schema.registry import table
from assets.warehouse import replace_table

_FOLDER = Path(__file__).parent


def build_areas(con: duckdb.DuckDBPyConnection) -> int:
    """Replace ``core.areas`` by the registry and the declared regions; returns the row count."""
    rows = [_area_row(area, boundary) for boundary in boundary_sets() for area in members(boundary)]
    rows += [_region_row(region) for region in load_regions()]
    return _write(con, "core.areas", pd.DataFrame(rows, dtype="object"))


def build_region_members(con: duckdb.DuckDBPyConnection) -> int:
    """Replace ``core.region_members`` by the declared regions; returns the row count."""
    rows = [
        {
            "region_code": r.code,
            "geography_vintage": r.geography_vintage,
            "member_code": member,
            "definition": r.definition,
        }
        for r in load_regions()
        for member in r.members
    ]
    columns = table("core.region_members").column_names
    return _write(con, "core.region_members", pd.DataFrame(rows, columns=list(columns)))


def build_series_breaks(con: duckdb.DuckDBPyConnection) -> int:
    """Replace ``core.series_breaks`` by the declared breaks; returns the row count."""
    return _write_csv(con, "core.series_breaks", "series_breaks.csv")


def build_pools(con: duckdb.DuckDBPyConnection) -> int:
    """Replace ``core.pools`` by the declared pools; returns the row count."""
    return _write_csv(con, "core.pools", "pools.csv")


def _area_row(area: Area, boundary: BoundarySet) -> dict[str, object]:
    return {
        "area_code": area.code,
        "geography_vintage": boundary.name,
        "area_name": area.name,
        "area_type": area.kind,
        "country": area.country,
        "parent_code": area.parent or None,
        "region_code": area.region or None,
        "valid_from": area.valid_from or None,
        "valid_to": area.valid_to or None,
        "predecessors": ";".join(area.predecessors) or None,
        "source": area.source,
        "members": None,
    }


def _region_row(region: Region) -> dict[str, object]:
    return {
        "area_code": region.code,
        "geography_vintage": region.geography_vintage,
        "area_name": region.name,
        "area_type": "custom_region",
        "country": "US" if region.geography_vintage == "US" else "EW",
        "parent_code": None,
        "region_code": None,
        "valid_from": None,
        "valid_to": None,
        "predecessors": None,
        "source": f"declared in assets/core/regions/{region.definition}",
        "members": ";".join(sorted(region.members)),
    }


def _write(con: duckdb.DuckDBPyConnection, name: str, frame: pd.DataFrame) -> int:
    con.register("declared", frame)
    try:
        return replace_table(con, table(name), "SELECT * FROM declared")
    finally:
        con.unregister("declared")


def _write_csv(con: duckdb.DuckDBPyConnection, name: str, file: str) -> int:
    path = (_FOLDER / file).as_posix()
    return replace_table(
        con, table(name), f"SELECT * FROM read_csv('{path}', header = true, all_varchar = true)"
    )
