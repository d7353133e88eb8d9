"""Read a release: its tables as views of an in-memory database."""

from __future__ import annotations

from pathlib import Path

import duckdb

from assets.release.catalogue import Release


def open_release(release: Release, *, schema: str | None = None) -> duckdb.DuckDBPyConnection:
    """Return a connection with one view per table of a release.

    Nothing that a query does can reach the release's files: views cannot be written through, and
    the connection has no other database.

    Args:
        release: Release to read.
        schema: Schema for the views; the main one by default.
    """
    con = duckdb.connect(
        config={"autoinstall_known_extensions": False, "autoload_known_extensions": False}
    )
    add_views(con, release, schema or "main")
    return con


def add_views(con: duckdb.DuckDBPyConnection, release: Release, schema: str) -> dict[str, str]:
    """Create one view per table of a release; returns their names by table."""
    con.execute(f'CREATE SCHEMA IF NOT EXISTS "{schema}"').fetchall()
    names = {}
    for name in release.tables:
        names[name] = f'"{schema}"."{name}"'
        con.execute(
            f"CREATE OR REPLACE VIEW {names[name]} AS SELECT * FROM {relation(release.path, name)}"
        ).fetchall()
    return names


def relation(folder: Path, table: str) -> str:
    """Return SQL that reads one table of a release folder, its columns only.

    The folder's name would otherwise be read as a further column.
    """
    file = (folder / f"{table}.parquet").as_posix().replace("'", "''")
    return f"read_parquet('{file}', hive_partitioning=false)"
