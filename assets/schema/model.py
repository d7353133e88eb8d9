"""Vocabulary of the table registry: column and table descriptions.

Nothing here knows about DuckDB, Dagster or Great Expectations; renderers live beside this module.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class LogicalType(StrEnum):
    """Type of a column, independent of any engine."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    TIMESTAMP = "timestamp"


class Layer(StrEnum):
    """Stage of the data flow that a table belongs to; also its schema in the warehouse."""

    STAGING = "staging"
    CORE = "core"
    RATES = "rates"
    PUBLISHED = "published"


@dataclass(frozen=True)
class Column:
    """One column of a table.

    Attributes:
        name: Column name in snake case.
        type: Logical type.
        description: What the value means, for a reader who does not know the pipeline.
        unit: Unit of the value, or ``None`` where there is none.
        required: A value must be present in every row.
        may_be_all_null: A column without any value is not an error.
        allowed: Closed list of values.
        crossed: Two values of the list, the first aside, may stand together in one cell.
        minimum: Smallest value allowed.
        maximum: Largest value allowed.
        pattern: Regular expression that the whole value must match.
        volatile: Differs between machines or days for the same content (a time of retrieval);
            left out of the content identity.
        source_fields: Names that the producers use for the same thing.
    """

    name: str
    type: LogicalType
    description: str
    unit: str | None = None
    required: bool = False
    may_be_all_null: bool = False
    allowed: tuple[str, ...] | None = None
    crossed: bool = False
    minimum: float | None = None
    maximum: float | None = None
    pattern: str | None = None
    volatile: bool = False
    source_fields: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """One table of the warehouse or of a release.

    Attributes:
        name: Table name; unique within its layer.
        layer: Stage that the table belongs to.
        grain: What one row is.
        description: What the table is for.
        key: Columns that identify a row.
        columns: Columns in order.
        may_be_empty: A table without rows is not an error.
        identity: The rows take part in the content identity of a release.
    """

    name: str
    layer: Layer
    grain: str
    description: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    may_be_empty: bool = False
    identity: bool = True
    _by_name: dict[str, Column] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Index the columns and refuse a key that names a column which does not exist."""
        by_name = {c.name: c for c in self.columns}
        if len(by_name) != len(self.columns):
            raise ValueError(f"{self.full_name}: a column name occurs twice")
        unknown = [k for k in self.key if k not in by_name]
        if unknown:
            raise ValueError(f"{self.full_name}: key names unknown columns {unknown}")
        object.__setattr__(self, "_by_name", by_name)

    @property
    def full_name(self) -> str:
        """Name in the warehouse, ``layer.name``."""
        return f"{self.layer}.{self.name}"

    @property
    def column_names(self) -> tuple[str, ...]:
        """Column names in order."""
        return tuple(c.name for c in self.columns)

    def column(self, name: str) -> Column:
        """Return the column of that name; raises ``KeyError`` where there is none."""
        return self._by_name[name]


def text(name: str, description: str, **options: object) -> Column:
    """Describe a text column."""
    return Column(name, LogicalType.TEXT, description, **options)  # type: ignore[arg-type]


def integer(name: str, description: str, **options: object) -> Column:
    """Describe an integer column (64 bit)."""
    return Column(name, LogicalType.INTEGER, description, **options)  # type: ignore[arg-type]


def number(name: str, description: str, **options: object) -> Column:
    """Describe a floating-point column (64 bit)."""
    return Column(name, LogicalType.NUMBER, description, **options)  # type: ignore[arg-type]


def boolean(name: str, description: str, **options: object) -> Column:
    """Describe a boolean column."""
    return Column(name, LogicalType.BOOLEAN, description, **options)  # type: ignore[arg-type]


def date(name: str, description: str, **options: object) -> Column:
    """Describe a calendar-date column."""
    return Column(name, LogicalType.DATE, description, **options)  # type: ignore[arg-type]


def timestamp(name: str, description: str, **options: object) -> Column:
    """Describe a column holding an instant in UTC."""
    return Column(name, LogicalType.TIMESTAMP, description, **options)  # type: ignore[arg-type]
