"""Dagster rendering of the registry: what every asset says about its table."""

from __future__ import annotations

import dagster as dg

from assets.schema.dictionary import rules_of
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
