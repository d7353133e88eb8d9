"""Dagster rendering of the registry: what every asset says about its table."""

from __future__ import annotations

from collections.abc import Iterable

import dagster as dg
import duckdb

from assets.code_version import code_version
from assets.schema.dictionary import rules_of
from assets.schema.identity import content_hash
from assets.schema.model import Table

OWNERS = ["team:data-engineering"]


def described(table: Table) -> str:
    """Return the description of a table for the asset page."""
    return f"{table.description}\n\nOne row per {table.grain}. Key: {', '.join(table.key)}."


def column_schema(table: Table) -> dg.TableSchema:
    """Return the registry's columns as a Dagster table schema."""
    return dg.TableSchema(
        columns=[
            dg.TableColumn(
                name=c.name,
                type=c.type.value,
                description=c.description + (f" [{c.unit}]" if c.unit else ""),
                constraints=dg.TableColumnConstraints(
                    nullable=not c.required,
                    unique=table.key == (c.name,),
                    other=[r for r in rules_of(c) if r != "required"],
                ),
            )
            for c in table.columns
        ]
    )


def table_spec(
    full_name: str,
    table: Table,
    deps: Iterable[str],
    *,
    code: Iterable[str],
    kinds: Iterable[str] = ("duckdb", "sql"),
    note: str = "",
) -> dg.AssetSpec:
    """Return the asset of a warehouse table.

    Args:
        full_name: ``schema.name`` in the warehouse; also the asset key.
        table: Registry entry.
        deps: Full names of the tables or raw datasets that it is made from.
        code: Packages whose sources make its code version.
        kinds: What it is made with, for the asset page.
        note: Sentence to add to the description.
    """
    return dg.AssetSpec(
        key_of(full_name),
        deps=[key_of(name) for name in deps],
        group_name=full_name.partition(".")[0],
        description=described(table) + (f"\n\n{note}" if note else ""),
        owners=OWNERS,
        kinds=set(kinds),
        tags={"layer": full_name.partition(".")[0]},
        metadata={"dagster/column_schema": column_schema(table)},
        code_version=code_version("assets/schema", *code),
    )


def key_of(full_name: str) -> dg.AssetKey:
    """Return the asset key of ``schema.name``."""
    return dg.AssetKey(full_name.split("."))


def materialised(
    con: duckdb.DuckDBPyConnection, full_name: str, table: Table
) -> dg.MaterializeResult[None]:
    """Return the result for a table that has just been written: its rows and its content."""
    rows = con.execute(f"SELECT count(*) FROM {full_name}").fetchall()[0][0]
    return dg.MaterializeResult(
        asset_key=key_of(full_name),
        metadata={"dagster/row_count": rows},
        data_version=dg.DataVersion(content_hash(con, full_name, table)),
    )
