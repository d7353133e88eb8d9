"""Lineage: the source of every count of a release, stored beside the releases.

The cells of an extract can be smaller than what may be published, so this record stays with the
people who run the pipeline. With it a number of an old release can be traced, and what was found
when its tables were judged can be read, after the warehouse has moved on.
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import duckdb

from assets.release.channels.release_views import relation
from assets.release.channels.version import is_version
from assets.state import durable
from assets.state.answers import LibraryAnswer
from assets.state.home import Home
from assets.state.private import close_file
from assets.state.warehouse import literal, scratch, table_exists

_RECORD = "release="
_STAGING = ".staging-"
_TABLES = ("core.observations", "core.region_members")
_ANSWERS = "answers.json.gz"


class NoLineageError(LookupError):
    """The record of a release's counts is not on this machine."""


def folder_of(home: Home, version: str) -> Path:
    """Return the folder that the record of a release has or would have."""
    return home.lineage / f"{_RECORD}{version}"


def _staged(home: Home, version: str) -> Path:
    return home.lineage / f"{_STAGING}{version}"


def stage_lineage(
    con: duckdb.DuckDBPyConnection,
    home: Home,
    version: str,
    answers: Mapping[str, LibraryAnswer] | None = None,
) -> None:
    """Write the counts behind a release that is about to be published, where there are any.

    They become its record by :func:`settle_lineage`, once the release has its name.

    Args:
        con: Open connection to the warehouse.
        home: Where the records live.
        version: The release.
        answers: What Great Expectations answered about the same content, by table.
    """
    if not all(table_exists(con, name) for name in _TABLES):
        return
    aside = _staged(home, version)
    durable.make_folder(aside)
    for name in _TABLES:
        file = aside / f"{name.partition('.')[2]}.parquet"
        con.execute(
            f"COPY (SELECT * FROM {name} ORDER BY ALL) TO {literal(file)} "
            "(FORMAT parquet, COMPRESSION zstd)"
        ).fetchall()
        durable.sync_file(file)
    if answers:
        text = json.dumps({name: asdict(answer) for name, answer in answers.items()})
        file = aside / _ANSWERS
        file.write_bytes(gzip.compress(text.encode(), 1, mtime=0))
        close_file(file)
        durable.sync_file(file)
    durable.sync_folder(aside)


def settle_lineage(home: Home, versions: Collection[str]) -> None:
    """Rename staged lineage of published releases, and remove leftovers of killed runs.

    Records stay, whatever releases there are: one whose folder was moved away, or whose disk is
    not mounted, may come back.

    Args:
        home: Where the records live.
        versions: Releases that exist; what is staged for one of them is whole.
    """
    for staged in sorted((home.lineage).glob(f"{_STAGING}*")):
        version = staged.name.removeprefix(_STAGING)
        target = folder_of(home, version)
        if version in versions and not target.exists():
            durable.rename(staged, target)
        else:
            durable.remove_tree(staged)


def recorded(home: Home) -> list[str]:
    """Return the versions that have a record."""
    folders = (home.lineage).glob(f"{_RECORD}*")
    return sorted(v for f in folders if is_version(v := f.name.removeprefix(_RECORD)))


def remove_lineage(home: Home, versions: Collection[str]) -> None:
    """Remove the records of releases that were removed for good."""
    for version in versions:
        if (folder := folder_of(home, version)).is_dir():
            durable.remove_tree(folder)


def answers_of(home: Home, version: str) -> dict[str, LibraryAnswer]:
    """Return what Great Expectations answered about the tables of a release, by table.

    Raises:
        NoLineageError: There is none; the message says what can be done.
    """
    file = folder_of(home, version) / _ANSWERS
    try:
        found = json.loads(gzip.decompress(file.read_bytes()))
        return {name: LibraryAnswer(**answer) for name, answer in found.items()}
    except FileNotFoundError:
        seen = f"{file} is not on this machine; the release was made elsewhere or by an older code"
    except (OSError, EOFError, ValueError, TypeError, zlib.error) as error:
        seen = f"{file} cannot be read ({error})"
    raise NoLineageError(
        f"{seen}. What was found, without counts that are withheld, is also a table of the "
        f"release: imr show quality --release {version}"
    )


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
    con = scratch()
    try:
        for name in _TABLES:
            short = name.partition(".")[2]
            con.execute(
                f"CREATE VIEW {short} AS SELECT * FROM {relation(folder, short)}"
            ).fetchall()
        yield con
    finally:
        con.close()
