"""Rules that follow from the registry, and one scan in DuckDB that evaluates them.

A table that fits into a frame is judged in the words of Great Expectations, see
:mod:`expectations.registry_words`. The scan takes any size: it counts the cells that break a rule
and reads the offending rows where there are any. It judges tables too large for a frame, and those
that are looked at before the checks. A scan passes vacuously on an empty table or an all-null
column, so the row-count floor comes first and columns that must hold something are a rule of their
own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import duckdb

from assets.schema.duckdb_types import duckdb_type, not_allowed
from assets.schema.model import Column, LogicalType, Table
from assets.schema.strata.vocabulary import JOINED
from assets.state.warehouse import records
from expectations.rule import FETCH_LIMIT, Finding, Rule

_TYPE_NAMES = {"TIMESTAMP WITH TIME ZONE": "TIMESTAMPTZ"}
_KINDS: dict[str, tuple[str, str, str]] = {
    "ROWS": (
        "completeness",
        "The table has rows.",
        "Look at the log of the asset that writes the table: its inputs were empty or refused.",
    ),
    "COLUMNS": (
        "schema",
        "The columns are those of the registry, in its order.",
        "Rebuild the table from current code, or change the registry and the schema version.",
    ),
    "TYPES": (
        "schema",
        "Every column has the registry's type.",
        "Rebuild the table from current code, or change the registry and the schema version.",
    ),
    "KEY": (
        "uniqueness",
        "The key names one row.",
        "Trace both rows to their source rows; an extract repeats a row or two extracts overlap.",
    ),
    "REQUIRED": (
        "completeness",
        "Required columns have a value in every row.",
        "Trace the rows to their source; a label was not recognised or a join found nothing.",
    ),
    "FILLED": (
        "completeness",
        "No column without permission to be empty is without any value.",
        "Look for a renamed column in the source or a computation that returned nothing.",
    ),
    "ALLOWED": (
        "vocabulary",
        "Columns with a code list hold only its codes.",
        "Map the new code where it is recognised, or add it to the code list of the registry.",
    ),
    "RANGE": (
        "range",
        "Numbers are finite and within the limits of the registry.",
        "Trace the rows to their source rows; correct the extract or the computation.",
    ),
    "PATTERN": (
        "vocabulary",
        "Columns with a pattern match it in full.",
        "Trace the rows to their source rows; a code lost its leading zeros or its form changed.",
    ),
}


@dataclass(frozen=True)
class _Condition:
    column: Column
    sql: str
    expected: str


def rule(name: str, table: Table, kind: str) -> Rule:
    """Return the base rule of this kind for the table ``name``."""
    category, message, remedy = _KINDS[kind]
    keys = table.key if kind in ("ROWS", "COLUMNS", "KEY") else ("column_name", *table.key)
    return Rule(
        rule_id=f"BASE-{name}-{kind}",
        check="contract",
        severity="critical",
        category=category,
        message=message,
        remedy=remedy,
        keys=("column_name",) if kind in ("TYPES", "FILLED") else keys,
    )


def rules(name: str, table: Table) -> tuple[Rule, ...]:
    """Return the base rules of a table, the row-count floor first."""
    kinds = ["COLUMNS", "TYPES", "KEY"]
    if not table.may_be_empty:
        kinds.insert(0, "ROWS")
    kinds += [kind for kind in _CELL_RULES if _conditions(table, kind)]
    if must_hold_something(table):
        kinds.append("FILLED")
    return tuple(rule(name, table, kind) for kind in kinds)


def findings(
    con: duckdb.DuckDBPyConnection, name: str, table: Table, relation: str
) -> list[Finding]:
    """Evaluate the rules on types, keys and cells in one scan of the relation.

    Args:
        con: Open connection.
        name: Name of the table in the warehouse; rule ids carry it.
        table: Registry entry.
        relation: Relation to look at, usually the same as ``name``.
    """
    types = types_of(con, relation)
    rows = row_count(con, relation)
    found = [wrong_types(name, table, types), _duplicates(con, name, table, relation, types, rows)]
    found += [
        _cells(con, rule(name, table, kind), table, relation, types, rows)
        for kind in _CELL_RULES
        if _conditions(table, kind)
    ]
    if must_hold_something(table):
        found.append(_without_values(con, name, table, relation, types, rows))
    return found


def _required(column: Column) -> list[_Condition]:
    if not column.required:
        return []
    return [_Condition(column, f'"{column.name}" IS NULL', "a value")]


def _allowed(column: Column) -> list[_Condition]:
    if column.allowed is None:
        return []
    return [_Condition(column, not_allowed(column), in_words(column))]


def in_words(column: Column) -> str:
    """Return the values of the closed list of a column."""
    pairs = f", or two of them with {JOINED} between" if column.crossed else ""
    return ", ".join(column.allowed or ()) + pairs


def limits(column: Column) -> str:
    """Return the limits of a column in words, or an empty text if it has none."""
    found = ["a finite number"] if column.type is LogicalType.NUMBER else []
    if column.minimum is not None:
        found.append(f"at least {column.minimum:g}")
    if column.maximum is not None:
        found.append(f"at most {column.maximum:g}")
    return ", ".join(found)


def _range(column: Column) -> list[_Condition]:
    tests = []
    if column.type is LogicalType.NUMBER:
        tests.append(f'NOT isfinite("{column.name}")')
    if column.minimum is not None:
        tests.append(f'"{column.name}" < {column.minimum!r}')
    if column.maximum is not None:
        tests.append(f'"{column.name}" > {column.maximum!r}')
    return [_Condition(column, " OR ".join(tests), limits(column))] if tests else []


def _pattern(column: Column) -> list[_Condition]:
    if column.pattern is None:
        return []
    text = column.pattern.replace("'", "''")
    return [
        _Condition(column, f"NOT regexp_full_match(\"{column.name}\", '{text}')", column.pattern)
    ]


_CELL_RULES = {
    "REQUIRED": _required,
    "ALLOWED": _allowed,
    "RANGE": _range,
    "PATTERN": _pattern,
}


def _conditions(table: Table, kind: str) -> list[_Condition]:
    return [condition for column in table.columns for condition in _CELL_RULES[kind](column)]


def must_hold_something(table: Table) -> list[Column]:
    """Return the columns that must have a value in at least one row."""
    return [c for c in table.columns if not c.required and not c.may_be_all_null]


def types_of(con: duckdb.DuckDBPyConnection, relation: str) -> dict[str, str]:
    """Return the columns of a relation and their types in DuckDB."""
    described = con.execute(f"DESCRIBE SELECT * FROM {relation}").fetchall()
    return {r[0]: _TYPE_NAMES.get(r[1], r[1]) for r in described}


def row_count(con: duckdb.DuckDBPyConnection, relation: str) -> int:
    """Return the number of rows of a relation."""
    return int(con.execute(f"SELECT count(*) FROM {relation}").fetchall()[0][0])


def column_difference(seen: Sequence[str], table: Table) -> str:
    """Return how the columns differ from the registry; if they do not, return their number."""
    missing = [c for c in table.column_names if c not in seen]
    extra = [c for c in seen if c not in table.column_names]
    if not missing and not extra:
        same = tuple(seen) == table.column_names
        return f"{len(seen)} columns" if same else f"another order: {', '.join(seen)}"
    parts = (("missing", missing), ("not in the registry", extra))
    return "; ".join(f"{what}: {', '.join(names)}" for what, names in parts if names)


def _unusable(columns: Sequence[Column], types: dict[str, str], types_matter: bool) -> str:
    absent = [c.name for c in columns if c.name not in types]
    wrong = [
        f"{c.name} is {types[c.name]}, not {duckdb_type(c)}"
        for c in columns
        if types_matter and c.name in types and types[c.name] != duckdb_type(c)
    ]
    parts = [f"missing columns {', '.join(absent)}"] if absent else []
    return "; ".join(parts + wrong)


def wrong_types(name: str, table: Table, types: Mapping[str, str]) -> Finding:
    """Return the columns whose type differs from the registry."""
    present = [c for c in table.columns if c.name in types]
    rows = [
        {"column_name": c.name, "observed": types[c.name], "expected": duckdb_type(c)}
        for c in present
        if types[c.name] != duckdb_type(c)
    ]
    return Finding(rule(name, table, "TYPES"), len(present), len(rows), rows)


def _duplicates(
    con: duckdb.DuckDBPyConnection,
    name: str,
    table: Table,
    relation: str,
    types: dict[str, str],
    rows: int,
) -> Finding:
    about = rule(name, table, "KEY")
    if missing := [k for k in table.key if k not in types]:
        return Finding(about, error=f"missing columns {', '.join(missing)}")
    keys = ", ".join(f'"{k}"' for k in table.key)
    repeated = (
        f"SELECT {keys}, count(*) AS observed FROM {relation} GROUP BY {keys} HAVING count(*) > 1"
    )
    offending = int(con.execute(f"SELECT count(*) FROM ({repeated})").fetchall()[0][0])
    sample = records(con, f"{repeated} ORDER BY {keys} LIMIT {FETCH_LIMIT}") if offending else []
    return Finding(about, rows, offending, sample, expected="one row per key")


def _cells(
    con: duckdb.DuckDBPyConnection,
    about: Rule,
    table: Table,
    relation: str,
    types: dict[str, str],
    rows: int,
) -> Finding:
    kind = about.rule_id.rpartition("-")[2]
    conditions = _conditions(table, kind)
    # A null is a null in a column of any type; every other question presumes the type.
    types_matter = kind != "REQUIRED"
    if trouble := _unusable([c.column for c in conditions], types, types_matter):
        return Finding(about, error=trouble)
    counts = con.execute(
        "SELECT "
        + ", ".join(f"count(*) FILTER (WHERE {c.sql})" for c in conditions)
        + f" FROM {relation}"
    ).fetchall()[0]
    sample: list[dict[str, object]] = []
    keys = ", ".join(f'"{k}"' for k in table.key if k in types) or "1"
    for condition, count in zip(conditions, counts, strict=True):
        if count:
            sample += records(
                con,
                f"SELECT '{condition.column.name}' AS column_name, {keys}, "
                f'CAST("{condition.column.name}" AS VARCHAR) AS observed '
                f"FROM {relation} WHERE {condition.sql} ORDER BY {keys} LIMIT {FETCH_LIMIT}",
            )
    broken = {c.column.name: c.expected for c, n in zip(conditions, counts, strict=True) if n}
    expected = "; ".join(f"{name}: {text}" for name, text in broken.items())
    return Finding(about, rows * len(conditions), sum(counts), sample, expected)


def _without_values(
    con: duckdb.DuckDBPyConnection,
    name: str,
    table: Table,
    relation: str,
    types: dict[str, str],
    rows: int,
) -> Finding:
    about = rule(name, table, "FILLED")
    columns = must_hold_something(table)
    if absent := [c.name for c in columns if c.name not in types]:
        return Finding(about, error=f"missing columns {', '.join(absent)}")
    if not rows:
        return Finding(about, 0, note="the table is empty")
    counts = con.execute(
        "SELECT " + ", ".join(f'count("{c.name}")' for c in columns) + f" FROM {relation}"
    ).fetchall()[0]
    empty = [
        {"column_name": c.name, "observed": "null in every row"}
        for c, count in zip(columns, counts, strict=True)
        if not count
    ]
    return Finding(about, len(columns), len(empty), empty, expected="a value in some row")
