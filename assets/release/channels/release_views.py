"""Read a release: its tables as views of an in-memory database."""

from __future__ import annotations

from pathlib import Path

import duckdb

from assets.release.channels.releases_on_disk import Release
from assets.state.warehouse import literal, scratch


class QueryRefusedError(ValueError):
    """A query does more than read; the message says what is possible."""


def open_release(release: Release, *, schema: str | None = None) -> duckdb.DuckDBPyConnection:
    """Return a connection with one view per table of a release, and nothing else.

    Whatever a query asks for, it reaches the Parquet files of the release for reading only: no
    other file, no network, no extension, no setting and no variable of this program.

    Args:
        release: Release to read.
        schema: Schema for the views; the main one by default.
    """
    con = scratch()
    add_views(con, release, schema or "main")
    files = ", ".join(literal(file_of(release.path, name)) for name in release.tables)
    for setting in (
        # The folder for results that outgrow the memory would be one more place to write to.
        "temp_directory = ''",
        "python_enable_replacements = false",
        f"allowed_paths = [{files}]",
        "enable_external_access = false",
        "lock_configuration = true",
    ):
        con.execute(f"SET {setting}").fetchall()
    return con


def _text(text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise QueryRefusedError(f"expected text in UTF-8, saw {ascii(text)}.") from None
    return text


def one_query(text: str) -> duckdb.Statement:
    """Return the one statement of a text, which reads and does nothing else.

    Raises:
        QueryRefusedError: There is none, there are several, or it does something else.
        duckdb.Error: It is no SQL.
    """
    statements = duckdb.extract_statements(_text(text))
    if len(statements) != 1:
        raise QueryRefusedError(
            f"expected one query that only reads, saw {len(statements) or 'none'}."
        )
    if statements[0].type is not duckdb.StatementType.SELECT:
        raise QueryRefusedError(
            "a query only reads: SELECT, FROM, WITH, DESCRIBE and SUMMARIZE. A release never "
            "changes."
        )
    return statements[0]


def one_condition(text: str) -> str:
    """Return a condition on rows as SQL, parsed on its own, so that nothing can follow it.

    Raises:
        QueryRefusedError: The text is not one expression.
    """
    try:
        return str(duckdb.SQLExpression(_text(text)))
    except duckdb.Error as error:
        raise QueryRefusedError(
            f"the condition {text!r} is not one expression ({str(error).partition(chr(10))[0]}); "
            "expected something like \"area_code = 'US-MO'\"."
        ) from None


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
    return f"read_parquet({literal(file_of(folder, table))}, hive_partitioning=false)"


def file_of(folder: Path, table: str) -> Path:
    """Return the Parquet file of one table of a release folder."""
    return folder / f"{table}.parquet"
