"""Declared facts as tables: areas, custom regions, series breaks and pools."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pandas as pd

from assets.core.geography.area_registry import Area, areas, boundary_sets, members
from assets.core.geography.counties import counties_of, county, state_of_county
from assets.core.regions.loader import Region, declared_regions
from assets.schema.registry import table
from assets.state.warehouse import literal, replace_table

_FOLDER = Path(__file__).parent


def build_areas(con: duckdb.DuckDBPyConnection, own: Path | None = None) -> int:
    """Replace ``core.areas`` and return its row count.

    The areas are those of the registry, the counties of staged extracts, and the declared regions.

    Args:
        con: Open connection; staging tables that are not there have no counties.
        own: Folder of the regions that the user declares; see
            :func:`assets.core.regions.loader.declared_regions`.
    """
    regions = declared_regions(own).regions
    sets = boundary_sets()
    rows = [_area_row(area, boundary.name) for boundary in sets for area in members(boundary)]
    counties = {c.code: c for c in _counties_in(regions)} | {c.code: c for c in counties_of(con)}
    rows += [_area_row(area, "US") for area in counties.values()]
    rows += [_region_row(region) for region in regions]
    columns = table("core.areas").column_names
    return _write(con, "core.areas", pd.DataFrame(rows, columns=list(columns), dtype="object"))


def build_region_members(con: duckdb.DuckDBPyConnection, own: Path | None = None) -> int:
    """Replace ``core.region_members`` by the declared regions; returns the row count.

    Args:
        con: Open connection.
        own: Folder of the regions that the user declares.
    """
    rows = [
        {
            "region_code": r.code,
            "geography_vintage": r.geography_vintage,
            "member_code": member,
            "definition": r.definition,
        }
        for r in declared_regions(own).regions
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


def _counties_in(regions: tuple[Region, ...]) -> list[Area]:
    """Return the counties of declared regions that the registry does not list."""
    codes = {m for r in regions for m in r.members if m not in areas()}
    return [county(code) for code in sorted(codes) if state_of_county(code) is not None]


def _area_row(area: Area, boundary: str) -> dict[str, object]:
    return {
        "area_code": area.code,
        "geography_vintage": boundary,
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
        "note": None,
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
        "source": f"declared in {region.folder}/{region.definition}",
        "members": ";".join(sorted(region.members)),
        "note": region.note or None,
    }


def _write(con: duckdb.DuckDBPyConnection, name: str, frame: pd.DataFrame) -> int:
    con.register("declared", frame)
    try:
        return replace_table(con, table(name), "SELECT * FROM declared")
    finally:
        con.unregister("declared")


def _write_csv(con: duckdb.DuckDBPyConnection, name: str, file: str) -> int:
    path = literal(_FOLDER / file)
    return replace_table(
        con, table(name), f"SELECT * FROM read_csv({path}, header = true, all_varchar = true)"
    )
