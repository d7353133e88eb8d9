"""The DuckDB warehouse: connections, schemas, and writes that follow the registry."""

from __future__ import annotations

import re
import weakref
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from assets.schema.duckdb_types import duckdb_type, key_order, typed_selection
from assets.schema.model import Layer, Table
from assets.state.private import close_file
from assets.text.doing import doing

if TYPE_CHECKING:
    # Commands that answer wrong use do without it.
    import pandas as pd
    import pyarrow as pa

_SCHEMAS = (*(layer.value for layer in Layer), "meta")
MADE_TABLE = "meta.made"
"""What is known of finished tables; see :mod:`assets.state.made`."""
_ASIDE = ".damaged-"
_SMALL = 64 << 20
"""Bytes of a warehouse in which handing work to other threads takes longer than the work."""
# As DuckDB says it of headers, blocks, ends and write-ahead logs.
_DAMAGED = re.compile(
    r"not a valid DuckDB database file|Corrupt database file|Could not read enough bytes"
    r"|replaying WAL|WAL file.*(?:corrupt|checksum)|Serialization Error",
    re.IGNORECASE,
)


_open: weakref.WeakSet[duckdb.DuckDBPyConnection] = weakref.WeakSet()
_declared: weakref.WeakKeyDictionary[duckdb.DuckDBPyConnection, dict[str, pa.Table]] = (
    weakref.WeakKeyDictionary()
)
"""Declarations that each connection was given."""


class WarehouseBusyError(RuntimeError):
    """Another process has the warehouse open."""


class WarehouseDamagedError(RuntimeError):
    """The file is not what DuckDB wrote; it was set aside and is rebuilt from the archive."""


@contextmanager
def connect(path: Path, *, read_only: bool = False) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the warehouse at ``path`` and close it at the end of the block.

    A file that cannot be opened because it is damaged is set aside, and a new one begun: nothing
    is lost, since everything in it is made from the archive.

    Raises:
        WarehouseBusyError: Another process holds the file; the message names it.
        WarehouseDamagedError: Inside the block a part of the file turned out to be damaged. It was
            set aside, and the next run makes it again.
    """
    try:
        con = _opened(path, read_only=read_only)
    except duckdb.Error as error:
        if read_only or not _DAMAGED.search(str(error)):
            raise
        doing(f"the warehouse was damaged and is made again; it lies in {_set_aside(path).name}")
        con = _opened(path)
    try:
        if not read_only:
            close_file(path)
            prepare(con)
        yield con
    except duckdb.Error as error:
        con.close()
        if read_only or not _DAMAGED.search(str(error)):
            raise
        raise WarehouseDamagedError(
            f"{path} was damaged ({str(error).strip()}). It lies in {_set_aside(path)} now. "
            "Nothing is lost: run again, and it is made from the archive. A disk that damages "
            "files should be looked at."
        ) from error
    finally:
        con.close()


def damage_of(path: Path) -> str:
    """Return what DuckDB says of a damaged warehouse, and nothing where it can be opened.

    The file is opened for reading only. One that is absent or in use says nothing either.
    """
    if not path.is_file():
        return ""
    try:
        duckdb.connect(str(path), read_only=True, config=_config()).close()
    except duckdb.Error as error:
        return str(error).strip() if _DAMAGED.search(str(error)) else ""
    return ""


def damaged_files(folder: Path) -> list[Path]:
    """Return the damaged warehouses that were set aside in a folder, oldest first."""
    return sorted(folder.glob(f"*{_ASIDE}*.duckdb"))


def _opened(path: Path, *, read_only: bool = False) -> duckdb.DuckDBPyConnection:
    try:
        return quiet(
            duckdb.connect(str(path), read_only=read_only, config=_config(**_threads(path)))
        )
    except duckdb.IOException as error:
        if "lock" in str(error).lower():
            raise WarehouseBusyError(
                f"{path} is in use by another process ({error}). Wait for that run to end, or "
                "read a release folder instead: consumers never need the warehouse."
            ) from error
        raise


def _set_aside(path: Path) -> Path:
    """Move a damaged file and its write-ahead log aside; return where the file lies."""
    now = datetime.now(UTC).strftime("%Y%m%dT%H%M%S")
    target = path.with_name(f"{path.stem}{_ASIDE}{now}.duckdb")
    for suffix in (".wal", ""):
        file = path.with_name(path.name + suffix)
        if file.exists():
            file.replace(target.with_name(target.name + suffix))
    return target


def in_memory() -> duckdb.DuckDBPyConnection:
    """Return a connection to an empty in-memory warehouse, for tests and readers."""
    con = scratch(threads=1)
    prepare(con)
    return con


def scratch(**settings: int) -> duckdb.DuckDBPyConnection:
    """Return an empty database in memory, without the schemas of the warehouse.

    Args:
        **settings: Settings of DuckDB, e.g. ``threads``, for work on small tables.
    """
    return quiet(duckdb.connect(config=_config(**settings)))


def quiet(con: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """Return a connection that draws no bar.

    DuckDB draws one of its own for whatever takes two seconds, also into a pipe.
    """
    con.execute("SET enable_progress_bar = false").fetchall()
    _open.add(con)
    return con


def interrupt_queries() -> None:
    """End the queries that are under way in this process; called from another thread.

    While it computes, DuckDB answers no signal.
    """
    for con in list(_open):
        # One that is closed just now has nothing to end.
        with suppress(duckdb.Error):
            con.interrupt()


def prepare(con: duckdb.DuckDBPyConnection) -> None:
    """Create the schemas that the layers live in."""
    for schema in _SCHEMAS:
        con.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}").fetchall()


def replace_table(
    con: duckdb.DuckDBPyConnection,
    table: Table,
    select: str,
    *,
    schema: str | None = None,
    ordered: bool = True,
) -> int:
    """Replace a table by the rows of ``select``, as the registry orders columns, types and keys.

    The new rows take the place of the old ones within one transaction, so that a reader or a
    failed build never meets half a table.

    Args:
        con: Open connection.
        table: Registry entry.
        select: SQL query that yields at least the table's columns.
        schema: Schema to write to instead of the table's layer (``rates`` for a published table
            before disclosure control).
        ordered: Store the rows in key order. A table that may be large and is copied onwards does
            without: sorting it takes as much memory again.

    Returns:
        Number of rows written.
    """
    # Rows that stand in key order are hashed as they stand, and every table is hashed often.
    order = f"\nORDER BY {key_order(table)}" if ordered else ""
    rows = f"AS {typed_selection(table, f'({select})')}{order}"
    return int(_replace(con, _full_name(table, schema), rows)[0])


def replace_by_nothing(
    con: duckdb.DuckDBPyConnection, table: Table, *, schema: str | None = None
) -> int:
    """Replace a table by one without rows; returns their number.

    Args:
        con: Open connection.
        table: Registry entry.
        schema: As for :func:`replace_table`.
    """
    columns = ", ".join(f'"{c.name}" {duckdb_type(c)}' for c in table.columns)
    _replace(con, _full_name(table, schema), f"({columns})")
    return 0


def _full_name(table: Table, schema: str | None) -> str:
    return f"{schema or table.layer.value}.{table.name}"


def _replace(con: duckdb.DuckDBPyConnection, target: str, definition: str) -> tuple[Any, ...]:
    """Replace a table within one transaction; returns what DuckDB says of it."""
    doing(f"computing {target}")
    con.execute("BEGIN").fetchall()
    try:
        said = con.execute(f"CREATE OR REPLACE TABLE {target} {definition}").fetchall()
        if table_exists(con, MADE_TABLE):
            con.execute(f"DELETE FROM {MADE_TABLE} WHERE table_name = ?", [target]).fetchall()
        con.execute("COMMIT").fetchall()
    except BaseException:
        # Of a damaged file, what was found first is said.
        with suppress(duckdb.Error):
            con.execute("ROLLBACK").fetchall()
        raise
    return said[0] if said else ()


def temp_table(con: duckdb.DuckDBPyConnection, name: str, frame: pd.DataFrame | pa.Table) -> None:
    """Create or replace a temporary table with the rows of a frame."""
    con.register("frame_rows", frame)
    try:
        con.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT * FROM frame_rows").fetchall()
    finally:
        con.unregister("frame_rows")


def declare(con: duckdb.DuckDBPyConnection, frames: Mapping[str, pa.Table]) -> None:
    """Create temporary tables of declarations, by name, where a connection lacks them.

    Every builder asks for what it reads, and one connection serves many builders: a frame that it
    was given already is not written again.

    Args:
        con: Open connection.
        frames: Rows by table; the caller keeps the frames and does not change them.
    """
    known = _declared.setdefault(con, {})
    for name, frame in frames.items():
        if known.get(name) is not frame or not table_exists(con, f"temp.{name}"):
            temp_table(con, name, frame)
            known[name] = frame


def records(
    con: duckdb.DuckDBPyConnection,
    query: str,
    values: Sequence[object] | Mapping[str, object] | None = None,
) -> list[dict[str, Any]]:
    """Return the rows of a query as mappings of column to value.

    Args:
        con: Open connection.
        query: One SQL query.
        values: Values of its placeholders.
    """
    result = con.execute(query, values)
    names = [column[0] for column in result.description]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def table_exists(con: duckdb.DuckDBPyConnection, full_name: str) -> bool:
    """Return whether ``schema.name`` is a table or view of the warehouse."""
    # Asked often. The catalogue of DuckDB takes ten times as long, and a query that fails would
    # end the transaction that it stands in.
    try:
        con.table(full_name)
    except duckdb.CatalogException:
        return False
    return True


def sql_of(module_file: str, name: str) -> str:
    """Return the text of ``<name>.sql`` beside a module (pass ``__file__``)."""
    return (Path(module_file).parent / f"{name}.sql").read_text(encoding="utf-8")


def literal(text: str | Path) -> str:
    """Return a text or a path as a literal of SQL; DuckDB takes an existing path as it is spelt.

    Placeholders are no help where a view or ``COPY`` names a file.
    """
    return "'" + (text.as_posix() if isinstance(text, Path) else text).replace("'", "''") + "'"


def _threads(path: Path) -> dict[str, int]:
    """Return how many threads a warehouse gets; small tables are made sooner by one."""
    small = not path.exists() or path.stat().st_size < _SMALL
    return {"threads": 1} if small else {}


def _config(**settings: int) -> dict[str, str | bool | int | float | list[str]]:
    # The extensions are not installable without a network; asking for one must fail at once.
    return {"autoinstall_known_extensions": False, "autoload_known_extensions": False, **settings}
