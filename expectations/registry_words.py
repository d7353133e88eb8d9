"""The expectations of a table that follow from the registry, in the words of the library.

Several words belong to one rule: ``BASE-core.areas-REQUIRED`` is an
``ExpectColumnValuesToNotBeNull`` for each required column. :mod:`expectations.base_suites` says the
same in SQL, for tables that are too large for a frame; a test holds that both find the same.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator

from assets.schema.model import Column, LogicalType, Table
from expectations.base_suites import in_words, limits, must_hold_something, rule
from expectations.words import Expectation

_LARGEST = sys.float_info.max
"""A number between this and its negative is finite."""


def shape(name: str, table: Table) -> list[Expectation]:
    """Return the expectations about the number of rows and the columns."""
    found = []
    if not table.may_be_empty:
        found.append(
            Expectation(
                rule(name, table, "ROWS"),
                "ExpectTableRowCountToBeBetween",
                {"min_value": 1},
                "at least one row",
            )
        )
    columns = list(table.column_names)
    found.append(
        Expectation(
            rule(name, table, "COLUMNS"),
            "ExpectTableColumnsToMatchOrderedList",
            {"column_list": columns},
            ", ".join(columns),
        )
    )
    return found


def cells(name: str, table: Table) -> list[Expectation]:
    """Return the expectations about keys and values."""
    found = [_one_row_per_key(name, table)]
    for kind, make in _KINDS.items():
        about = rule(name, table, kind)
        found += [
            Expectation(
                about, word, {"column": column.name, **arguments}, expected, per_column=True
            )
            for column in table.columns
            for word, arguments, expected in make(column)
        ]
    filled = rule(name, table, "FILLED")
    found += [
        Expectation(
            filled,
            "ExpectColumnProportionOfNonNullValuesToBeBetween",
            {"column": column.name, "min_value": 0, "strict_min": True},
            "a value in some row",
        )
        for column in must_hold_something(table)
    ]
    return found


def _one_row_per_key(name: str, table: Table) -> Expectation:
    about = rule(name, table, "KEY")
    if len(table.key) == 1:
        word, arguments = "ExpectColumnValuesToBeUnique", {"column": table.key[0]}
        return Expectation(about, word, arguments, "one row per key")
    return Expectation(
        about,
        "ExpectCompoundColumnsToBeUnique",
        # Two rows without a value in the same place of the key are not told apart by it.
        {"column_list": list(table.key), "ignore_row_if": "never"},
        "one row per key",
    )


_Said = Iterator[tuple[str, dict[str, object], str]]


def _required(column: Column) -> _Said:
    if column.required:
        yield "ExpectColumnValuesToNotBeNull", {}, "a value"


def _allowed(column: Column) -> _Said:
    if column.allowed is not None:
        word = "ExpectValuesAloneOrInPairs" if column.crossed else "ExpectColumnValuesToBeInSet"
        yield word, {"value_set": list(column.allowed)}, in_words(column)


def _range(column: Column) -> _Said:
    expected = limits(column)
    if not expected:
        return
    least, most = column.minimum, column.maximum
    if column.type is LogicalType.NUMBER:
        least = -_LARGEST if least is None else least
        most = _LARGEST if most is None else most
    arguments: dict[str, object] = {"min_value": least, "max_value": most}
    yield "ExpectColumnValuesToBeBetween", arguments, expected


def _pattern(column: Column) -> _Said:
    if column.pattern is not None:
        # "$" alone lets a line break at the end of a value pass.
        regex = f"^(?:{column.pattern})$(?!\\n)"
        yield "ExpectColumnValuesToMatchRegex", {"regex": regex}, column.pattern


_KINDS: dict[str, Callable[[Column], _Said]] = {
    "REQUIRED": _required,
    "ALLOWED": _allowed,
    "RANGE": _range,
    "PATTERN": _pattern,
}
