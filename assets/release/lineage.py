"""Where every count of a release came from, kept beside the releases and never inside one.

The cells of an extract can be smaller than what may be published, so this record stays with the
people who run the pipeline. With it a number of an old release can be traced after the warehouse
has moved on.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from assets.archive import durable
from assets.home import Home
from assets.warehouse import table_exists

_TABLES = ("core.observations", "core.region_members")


class NoLineageError(LookupError):
    """The record of a release's counts is not on this machine."""


def folder_of(home: Home, version: str) -> Path:
    """Return the folder that the record of a release has or would have."""
    return home.root / "lineage" / f"release={version}"


def write_lineage(con: duckdb.DuckDBPyConnection, home: Home, version: str) -> Path | None:
    """Keep the counts behind a release that is about to be published.

    Returns:
        The folder, or ``None`` where the warehouse has no counts.
    """
    if not all(table_exists(con, name) for name in _TABLES):
        return None
    target = folder_of(home, version)
    aside = target.with_name(f".staging-{version}")
    durable.make_folder(aside)
    for name in _TABLES:
        file = aside / f"{name.partition('.')[2]}.parquet"
        con.execute(
            f"COPY (SELECT * FROM {name} ORDER BY ALL) TO '{file.as_posix()}' "
            "(FORMAT parquet, COMPRESSION zstd)"
        ).fetchall()
        durable.sync_file(file)
    durable.sync_folder(aside)
    durable.rename(aside, target)
    return target


def clear_lineage(home: Home, versions: Collection[str]) -> None:
    """Remove the records of releases that do not exist.

    A publisher that died before its release had a name leaves one.

    Args:
        home: Where the records live.
        versions: Releases that exist.
    """
    folder = home.root / "lineage"
    kept = {f"release={v}" for v in versions}
    for entry in sorted(folder.iterdir()) if folder.is_dir() else ():
        if entry.name not in kept:
            durable.remove_tree(entry)


@contextmanager
def open_lineage(home: Home, version: str) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the record of a release, with the views ``observations`` and ``region_members``.

    Raises:
        NoLineageError: There is none; the message says what can be done.
    """
    folder = folder_of(home, version)
    if not folder.is_dir():
        raise NoLineageError(
            f"The counts behind release {version} are not on this machine ({folder}). Ask on the "
            "machine that published it, or explain a release that was made here: imr releases"
        )
    con = duckdb.connect()
    try:
        for name in _TABLES:
            short = name.partition(".")[2]
            file = (folder / f"{short}.parquet").as_posix()
            con.execute(
                f"CREATE VIEW {short} AS SELECT * FROM "
                f"read_parquet('{file}', hive_partitioning=false)"
            ).fetchall()
        yield con
    finally:
        con.close()
