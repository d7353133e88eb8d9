"""The data dictionary in Markdown, rendered from the registry.

Run ``python -m assets.schema.dictionary docs/data_dictionary.md`` after a change to a table.
"""

from __future__ import annotations

import sys
from pathlib import Path

from assets.schema.model import Column, Layer, Table
from assets.schema.registry import METHOD_VERSION, SCHEMA_VERSION, tables_of
from assets.schema.strata.vocabulary import JOINED

_TITLES = {
    Layer.PUBLISHED: "Released tables",
    Layer.CORE: "Core tables (warehouse)",
    Layer.STAGING: "Staging tables (warehouse)",
}


def render_dictionary(layers: tuple[Layer, ...] = tuple(_TITLES)) -> str:
    """Return the dictionary of the given layers as Markdown."""
    parts = [
        "# Data dictionary",
        f"Schema version {SCHEMA_VERSION}, method version {METHOD_VERSION}. "
        "Generated from the table registry; `make docs` writes it again.",
    ]
    for layer in layers:
        parts.append(f"## {_TITLES[layer]}")
        parts += [render_table(t) for t in tables_of(layer)]
    return "\n\n".join(parts) + "\n"


def render_table(table: Table) -> str:
    """Return one table as Markdown: what it is for, its grain and key, its columns."""
    head = (
        f"### {table.name}\n\n{table.description}\n\n"
        f"One row per {table.grain}. Key: {', '.join(f'`{k}`' for k in table.key)}.\n\n"
        "| column | type | unit | meaning | rules | producers' names |\n"
        "|---|---|---|---|---|---|\n"
    )
    return head + "\n".join(_row(c) for c in table.columns)


def _row(column: Column) -> str:
    cells = (
        f"`{column.name}`",
        column.type.value,
        column.unit or "",
        column.description,
        "; ".join(rules_of(column)),
        ", ".join(column.source_fields),
    )
    return "| " + " | ".join(c.replace("|", "\\|") for c in cells) + " |"


def rules_of(column: Column) -> list[str]:
    """Return the rules of a column in words."""
    found = ["required"] if column.required else []
    if column.allowed is not None:
        listed = ", ".join(f"`{a}`" for a in column.allowed)
        pairs = f", or two of them with `{JOINED}` between, in the order of the alphabet"
        found.append(f"one of {listed}{pairs if column.crossed else ''}")
    if column.minimum is not None:
        found.append(f"at least {column.minimum:g}")
    if column.maximum is not None:
        found.append(f"at most {column.maximum:g}")
    if column.pattern is not None:
        found.append(f"matches `{column.pattern}`")
    if column.volatile:
        found.append("not part of the content identity")
    return found


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(render_dictionary(), encoding="utf-8")
