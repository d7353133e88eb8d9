"""Render tables of the registry as Dagster asset specs and materialisation metadata."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import dagster as dg
import duckdb

from assets.defs.code_references import code_references
from assets.schema.dictionary import rules_of
from assets.schema.duckdb_types import key_order
from assets.schema.lineage import Source, column_sources
from assets.schema.model import Layer, Table
from assets.state.code_version import whole_code_version
from assets.state.made import hashes_of, remember_made

OWNERS = ["team:data-engineering"]
DECLARED = dg.AssetKey(["declared", "in_force"])
"""Asset of the declarations in force today; every table depends on it."""
_PREVIEW_ROWS, _PREVIEW_COLUMNS, _PREVIEW_WIDTH = 5, 17, 40


def described(table: Table) -> str:
    """Return the description of a table, in one line, for lists and for the asset page."""
    return f"{table.description} One row per {table.grain}."


def column_schema(full_name: str, table: Table) -> dg.TableSchema:
    """Return the registry's columns as a Dagster table schema.

    Descriptions name the columns that a column is made of if one has another name, because
    Dagster's open-source pages do not show the lineage of columns.

    Args:
        full_name: ``schema.name`` in the warehouse.
        table: Registry entry.
    """
    lineage = column_sources(full_name)
    return dg.TableSchema(
        columns=[
            dg.TableColumn(
                name=c.name,
                type=c.type.value,
                description=c.description
                + (f" [{c.unit}]" if c.unit else "")
                + _made_of(c.name, lineage.get(c.name, ())),
                constraints=dg.TableColumnConstraints(
                    nullable=not c.required,
                    unique=table.key == (c.name,),
                    other=[r.replace("`", "") for r in rules_of(c) if r != "required"],
                ),
            )
            for c in table.columns
        ]
    )


def _made_of(column: str, sources: Iterable[Source]) -> str:
    """Return what to add to a description: the sources, if one of them has another name."""
    if all(source == column for _, source in sources):
        return ""
    return ". Made of " + ", ".join(f"{table}.{source}" for table, source in sources)


def column_lineage(full_name: str) -> dg.TableColumnLineage:
    """Return what the columns of a table are made of as Dagster's lineage of columns."""
    return dg.TableColumnLineage(
        {
            column: [dg.TableColumnDep(key_of(name), source) for name, source in sources]
            for column, sources in column_sources(full_name).items()
        }
    )


def table_spec(
    full_name: str,
    table: Table,
    deps: Iterable[str],
    *,
    code: Iterable[Callable[..., Any]],
    kinds: Iterable[str] = ("duckdb", "sql"),
    note: str = "",
    skippable: bool = False,
) -> dg.AssetSpec:
    """Return the asset of a warehouse table.

    Args:
        full_name: ``schema.name`` in the warehouse; also the asset key.
        table: Registry entry.
        deps: Full names of the tables or raw datasets that it is made from.
        code: Functions that make it.
        kinds: What it is made with, for the asset page.
        note: Sentence to add to the description.
        skippable: Its step may leave it out, and everything that stands on it is left out then.
    """
    return dg.AssetSpec(
        key_of(full_name),
        deps=[DECLARED, *(key_of(name) for name in deps)],
        group_name=full_name.partition(".")[0],
        description=described(table) + (f" {note}" if note else ""),
        owners=OWNERS,
        kinds=set(kinds),
        tags={"layer": full_name.partition(".")[0]},
        metadata={
            "dagster/column_schema": column_schema(full_name, table),
            "dagster/code_references": code_references(code),
            "dagster/table_name": full_name,
            "key": ", ".join(table.key),
        },
        code_version=whole_code_version(),
        skippable=skippable,
    )


def key_of(full_name: str) -> dg.AssetKey:
    """Return the asset key of ``schema.name``."""
    return dg.AssetKey(full_name.split("."))


def materialised(
    con: duckdb.DuckDBPyConnection, full_name: str, table: Table, basis: str = ""
) -> dg.MaterializeResult[None]:
    """Return the result for a table that has just been written: its rows and its content.

    The warehouse remembers that it was made. Rows are shown of published tables only: the others
    hold counts that may have to be withheld.

    Args:
        con: Connection to the warehouse.
        full_name: ``schema.name`` in the warehouse.
        table: Registry entry.
        basis: Identity of what it was made from beside other tables.
    """
    rows = con.execute(f"SELECT count(*) FROM {full_name}").fetchall()[0][0]
    content = hashes_of(con, {full_name: table})[full_name]
    remember_made(con, full_name, content, basis)
    metadata: dict[str, dg.MetadataValue[Any]] = {
        "dagster/row_count": dg.MetadataValue.int(rows),
        "content hash": dg.MetadataValue.text(content),
    }
    lineage = column_lineage(full_name)
    if lineage.deps_by_column:
        metadata["dagster/column_lineage"] = dg.MetadataValue.column_lineage(lineage)
    span = _span(con, full_name, table)
    if span:
        metadata["periods"] = dg.MetadataValue.text(span)
    file = con.execute("SELECT path FROM duckdb_databases() WHERE NOT internal").fetchall()[0][0]
    if file:
        metadata["path"] = dg.MetadataValue.path(file)
    if full_name.partition(".")[0] == Layer.PUBLISHED.value:
        metadata["preview"] = dg.MetadataValue.md(preview(con, full_name, table))
    return dg.MaterializeResult(
        asset_key=key_of(full_name), metadata=metadata, data_version=dg.DataVersion(content)
    )


def preview(con: duckdb.DuckDBPyConnection, full_name: str, table: Table) -> str:
    """Return the first rows of a table, in key order, as a table in Markdown.

    Args:
        con: Connection to the warehouse.
        full_name: ``schema.name`` of a table whose every row may be shown.
        table: Registry entry.
    """
    # Without its status an empty cell would not say why it is empty.
    names = tuple(
        name
        for place, name in enumerate(table.column_names)
        if place < _PREVIEW_COLUMNS or name == "value_status"
    )
    selected = ", ".join(f'CAST("{n}" AS VARCHAR)' for n in names)
    rows = con.execute(
        f"SELECT {selected} FROM {full_name} ORDER BY {key_order(table)} LIMIT {_PREVIEW_ROWS}"
    ).fetchall()
    lines = [names, ("---",) * len(names), *rows]
    return "\n".join("| " + " | ".join(_cell(c) for c in line) + " |" for line in lines)


def _cell(value: str | None) -> str:
    text = " ".join((value or "").split()).replace("|", "\\|")
    return text if len(text) <= _PREVIEW_WIDTH else text[: _PREVIEW_WIDTH - 1] + "…"


def _span(con: duckdb.DuckDBPyConnection, full_name: str, table: Table) -> str:
    """Return the first and last day covered by a table, or an empty text."""
    if not {"period_start", "period_end"} <= set(table.column_names):
        return ""
    ends = f"SELECT min(period_start), max(period_end) FROM {full_name}"
    first, last = con.execute(ends).fetchall()[0]
    return f"{first} to {last}" if first is not None else ""
