"""Staging frames with the column types that the table registry declares."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

import pandas as pd

from assets.schema.model import LogicalType, Table

ADDED_BY_THE_ARCHIVE = ("dataset_id", "vintage_id")
_DTYPES = {
    LogicalType.TEXT: "str",
    LogicalType.INTEGER: "Int64",
    LogicalType.NUMBER: "float64",
    LogicalType.BOOLEAN: "boolean",
}


def parsed_columns(table: Table) -> tuple[str, ...]:
    """Return the columns that a parser fills: all but the dataset and the vintage."""
    return tuple(name for name in table.column_names if name not in ADDED_BY_THE_ARCHIVE)


def staging_frame(table: Table, rows: Sequence[Mapping[str, object]]) -> pd.DataFrame:
    """Return ``rows`` as a frame with every column of ``table`` that a parser fills.

    Args:
        table: Staging table.
        rows: One mapping per staging row; a column that is absent becomes null.
    """
    if not rows:
        return _without_rows(table).copy(deep=False)
    columns = {
        name: pd.Series(
            [row.get(name) for row in rows], dtype=_DTYPES[table.column(name).type], name=name
        )
        for name in parsed_columns(table)
    }
    return pd.DataFrame(columns)


@cache
def _without_rows(table: Table) -> pd.DataFrame:
    """Return an empty frame with these columns, made once because rules need it often."""
    return pd.DataFrame(
        {
            name: pd.Series([], dtype=_DTYPES[table.column(name).type], name=name)
            for name in parsed_columns(table)
        }
    )
