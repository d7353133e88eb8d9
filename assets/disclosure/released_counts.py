"""Public and withheld counts of the guarded series in release folders."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import duckdb

from assets.disclosure.cells import KEY, Row
from assets.rates.measures import measures
from assets.schema.codes import VALUES_SHOWN
from assets.state.released import read_rows
from assets.state.warehouse import literal

_OR_NOBODY = "CASE WHEN status_reason = 'no births' THEN 0 ELSE {} END"


def published_rows(
    con: duckdb.DuckDBPyConnection, folder: Path, families: Collection[str]
) -> list[Row]:
    """Return the counts that a release shows, and ``None`` for those that it withholds.

    A row that says that nobody was born says that both of its counts are zero.

    Args:
        con: Open connection.
        folder: Release folder.
        families: Series.

    Raises:
        DamagedReleaseError: The release cannot be read.
    """
    marks = ", ".join("?" for _ in families)
    rows = read_rows(
        con,
        folder,
        f"SELECT {', '.join(KEY)}, {_OR_NOBODY.format('numerator')}, "
        f"{_OR_NOBODY.format('denominator')} FROM read_parquet(?, hive_partitioning=false) "
        f"WHERE source_family IN ({marks}) AND (value_status IN {(*VALUES_SHOWN, 'suppressed')} "
        "OR status_reason = 'no births')",
        [str(folder / "rates.parquet"), *sorted(families)],
    )
    declared = {m.name for m in measures()}
    measure = KEY.index("measure")
    return [(row[: len(KEY)], row[-2], row[-1]) for row in rows if row[measure] in declared]


def areas_of_release(con: duckdb.DuckDBPyConnection, folder: Path) -> tuple[str, str]:
    """Return the areas of a release and the members of its regions, as relations for SQL.

    Args:
        con: Open connection.
        folder: Release folder.

    Raises:
        DamagedReleaseError: The areas of the release cannot be read.
    """
    areas = f"read_parquet({literal(folder / 'areas.parquet')}, hive_partitioning=false)"
    described = read_rows(con, folder, f"DESCRIBE SELECT * FROM {areas}")
    # Releases of schema 1.0 do not say which areas a custom region is made of.
    listed = "members" if "members" in {row[0] for row in described} else "CAST(NULL AS VARCHAR)"
    return areas, (
        "(SELECT area_code AS region_code, geography_vintage, "
        f"unnest(string_split({listed}, ';')) AS member_code FROM {areas})"
    )
