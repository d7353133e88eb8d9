"""What was found of each rule: outcome, rows, and what these rows have in common."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

CONTRACT = "contract"
_LAST = ("observed", "expected", "difference", "waiver_id", "explained_by", "reason")
"""Columns that stand after those that name the row, in this order."""


@dataclass(frozen=True)
class Rows:
    """Rows that a rule named.

    Attributes:
        shared: What all of them have in common, by column.
        headings: Columns in which they differ.
        cells: Their values there, a row each.
    """

    shared: Mapping[str, str]
    headings: Sequence[str]
    cells: Sequence[Sequence[str]]


@dataclass(frozen=True)
class Rule:
    """One rule, evaluated on one table: a row of ``quality``."""

    table_name: str
    rule_id: str
    check_name: str
    category: str
    severity: str
    outcome: str
    message: str
    observed: str | None
    expected: str | None
    failing_count: int | None
    failing_keys: str | None
    remedy: str | None
    waiver_id: str | None
    content_hash: str | None
    evaluated_at: str | None

    @property
    def anchor(self) -> str:
        """Name of its place in the page."""
        return f"{self.table_name}-{self.rule_id}".replace(" ", "-")

    @property
    def is_finding(self) -> bool:
        """Whether somebody should look: it did not simply pass, or names rows."""
        return self.outcome != "passed" or bool(self.failing_keys)

    @cached_property
    def rows(self) -> Rows | None:
        """Rows that it names, or ``None``."""
        try:
            found = json.loads(self.failing_keys or "[]")
        except ValueError:
            found = [{"row": self.failing_keys}]
        if not isinstance(found, list) or not found:
            return None
        return _rows([f if isinstance(f, dict) else {"row": f} for f in found])

    @property
    def reasons(self) -> Sequence[str]:
        """Why rows are waived or explained, each once."""
        if self.rows is None:
            return ()
        if "reason" in self.rows.shared:
            return (self.rows.shared["reason"],)
        if "reason" not in self.rows.headings:
            return ()
        place = self.rows.headings.index("reason")
        return tuple(dict.fromkeys(c[place] for c in self.rows.cells if c[place]))


def _rows(found: Sequence[Mapping[str, Any]]) -> Rows:
    names = list(dict.fromkeys(name for row in found for name in row))
    names.sort(key=lambda name: _LAST.index(name) if name in _LAST else -1)
    columns = {name: [_text(row.get(name)) for row in found] for name in names}
    shared = {
        name: values[0]
        for name, values in columns.items()
        if len(found) > 1 and len(set(values)) == 1
    }
    headings = [name for name in names if name not in shared]
    cells = [[columns[name][place] for name in headings] for place in range(len(found))]
    return Rows({str(k): v for k, v in shared.items()}, [str(h) for h in headings], cells)


def _text(value: object) -> str:
    return "" if value is None else value if isinstance(value, str) else json.dumps(value)
