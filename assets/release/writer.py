"""Write the tables of a release into a staging folder and prove what was written.

Parquet and CSV come from the same ordered rows. The staged Parquet files are read back, and their
content must have the hash of the table that passed the gate.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import duckdb

from assets.schema.content_hash import content_hash, file_sha256
from assets.schema.duckdb_types import duckdb_type, key_order
from assets.schema.model import LogicalType, Table
from assets.state import durable
from assets.state.warehouse import literal, quiet
from assets.text.doing import doing
from assets.text.spreadsheet import inert_sql, may_run_sql

CHECKSUMS = "manifest-sha256.txt"
_BYTE_ORDER_MARK = "\ufeff"


class StagedContentError(RuntimeError):
    """What stands in the staging folder is not what passed the gate."""


@dataclass(frozen=True)
class WrittenTable:
    """One table of a release as it stands in its folder.

    Attributes:
        name: Table name.
        rows: Number of rows.
        content_hash: Hash of its canonical rows, all columns.
        files: File names.
    """

    name: str
    rows: int
    content_hash: str
    files: tuple[str, ...]


def write_table(
    con: duckdb.DuckDBPyConnection,
    spec: Table,
    folder: Path,
    metadata: Mapping[str, str],
    expected_hash: str,
) -> WrittenTable:
    """Write one table as Parquet and CSV and read the Parquet back.

    Args:
        con: Open connection to the warehouse.
        spec: Registry entry.
        folder: Staging folder.
        metadata: Facts to embed in the Parquet file, by key.
        expected_hash: Content hash of the table that passed the gate.

    Raises:
        StagedContentError: The Parquet file holds other content.
    """
    doing(f"writing {spec.name}")
    parquet, csv = folder / f"{spec.name}.parquet", folder / f"{spec.name}.csv"
    embedded = ", ".join(
        f"{literal(k)}: {literal(v)}"
        for k, v in {**metadata, "content_hash": expected_hash}.items()
    )
    staged = f"read_parquet({literal(parquet)}, hive_partitioning=false)"
    found = ""
    # Tables of the warehouse stand in key order as a rule; the proof would not pass if one did not.
    for order in ("", f" ORDER BY {key_order(spec)}"):
        ((rows,),) = con.execute(
            f"COPY (SELECT {_selection(spec)} FROM {spec.full_name}{order}) "
            f"TO {literal(parquet)} "
            f"(FORMAT parquet, COMPRESSION zstd, KV_METADATA {{{embedded}}})"
        ).fetchall()
        with ThreadPoolExecutor(1) as reader:
            proof = reader.submit(_content_of, con, staged, spec)
            _write_csv(con, staged, spec, csv, rows)
            found = proof.result()
        if found == expected_hash:
            break
    else:
        raise StagedContentError(
            f"{parquet.name} as staged has the content {found[:12]}…, but {expected_hash[:12]}… "
            "passed the gate. Nothing was published; check the disk and run again."
        )
    for path in (parquet, csv):
        durable.sync_file(path)
    return WrittenTable(spec.name, rows, found, (parquet.name, csv.name))


def _write_csv(
    con: duckdb.DuckDBPyConnection, staged: str, spec: Table, csv: Path, rows: int
) -> None:
    # Where there are no rows, no cell is planned.
    cells = _changed_cells(spec, _may_run(con, staged, spec)) if rows else {}
    # Spreadsheets take a CSV file for UTF-8 only where it starts with a byte order mark; as the
    # start of the first header it costs no second pass.
    name = spec.column_names[0]
    first = f'{cells.pop(name, _quoted(name))} AS "{_BYTE_ORDER_MARK}{name}"'
    changed = ", ".join(f"{cell} AS {_quoted(other)}" for other, cell in cells.items())
    rest = f"* EXCLUDE ({_quoted(name)})" + (f" REPLACE ({changed})" if changed else "")
    con.execute(
        f"COPY (SELECT {first}, {rest} FROM {staged}) TO {literal(csv)} (FORMAT csv, HEADER)"
    ).fetchall()


def _may_run(con: duckdb.DuckDBPyConnection, staged: str, spec: Table) -> bool:
    """Return whether a table may have a text that a spreadsheet would run."""
    texts = [_quoted(c.name) for c in spec.columns if c.type is LogicalType.TEXT]
    found = con.execute(f"SELECT bool_or({may_run_sql(texts)}) FROM {staged}").fetchall()
    return bool(found[0][0])


def _changed_cells(spec: Table, may_run: bool) -> dict[str, str]:
    """Return SQL for the cells of a CSV file that are not the staged values, by column."""
    cells = {}
    for column in spec.columns:
        value = _quoted(column.name)
        if column.type is LogicalType.TEXT and may_run:
            cells[column.name] = inert_sql(value)
        elif column.type is LogicalType.NUMBER:
            # A count that is whole is printed as one: 29502, not 29502.0.
            cells[column.name] = (
                f"CASE WHEN {value} = trunc({value}) AND abs({value}) < 1e15 "
                f"THEN CAST(CAST({value} AS BIGINT) AS VARCHAR) ELSE CAST({value} AS VARCHAR) END"
            )
    return cells


def _quoted(name: str) -> str:
    return f'"{name}"'


def _content_of(con: duckdb.DuckDBPyConnection, relation: str, spec: Table) -> str:
    # A connection serves one thread at a time; a cursor is a connection of its own.
    with con.cursor() as own:
        return content_hash(quiet(own), relation, spec, sort=False)


def describe_files(
    folder: Path, known: Mapping[str, dict[str, object]] | None = None
) -> dict[str, dict[str, object]]:
    """Return size in bytes and sha256 of every file in a folder, by name.

    Args:
        folder: Folder to describe.
        known: Facts of files that have been described and not written since; they are not read
            again.
    """
    facts = dict(known or {})
    return {
        path.name: facts.get(path.name)
        or {"bytes": path.stat().st_size, "sha256": file_sha256(path)}
        for path in sorted(folder.iterdir())
        if path.is_file()
    }


def checksum_lines(folder: Path, known: Mapping[str, dict[str, object]] | None = None) -> str:
    """Return lines that ``sha256sum -c`` checks, for every file but the list itself.

    Args:
        folder: Folder whose files to list.
        known: As for :func:`describe_files`.
    """
    return "".join(
        f"{facts['sha256']}  {name}\n"
        for name, facts in describe_files(folder, known).items()
        if name != CHECKSUMS
    )


def _selection(spec: Table) -> str:
    return ", ".join(f'CAST("{c.name}" AS {duckdb_type(c)}) AS "{c.name}"' for c in spec.columns)
