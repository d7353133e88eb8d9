"""Plain-text report of what failed: which rule, which rows, what to do."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable

from assets.state.evidence import PASSING, RuleResult
from expectations.rule import MEASURED, key_text
from expectations.validate import Outcome

_WIDTH = 100
_ROWS = 5


def render(outcomes: Iterable[Outcome], *, rows: int = _ROWS) -> str:
    """Return the report for a terminal.

    Args:
        outcomes: Outcomes of the tables that were validated.
        rows: Offending rows that are shown per rule.
    """
    tables = list(outcomes)
    blocking = [(o, r) for o in tables for r in o.blocking]
    advisory = [
        (o, r)
        for o in tables
        for r in o.results
        if r.outcome not in PASSING and not r.blocks and r.severity != "info"
    ]
    rules = sum(len(o.results) for o in tables)
    waived = sum(r.outcome == "waived" for o in tables for r in o.results)
    lines = [
        f"{rules} rules on {len(tables)} tables: {len(blocking)} block, "
        f"{len(advisory)} need a look, {waived} waived."
    ]
    for title, found in (
        ("BLOCKED: nothing downstream runs until these hold", blocking),
        ("Worth a look", advisory),
    ):
        if found:
            lines += ["", title]
        for outcome, result in found:
            lines += ["", *_entry(outcome.table_name, result, rows)]
    return "\n".join(lines)


def _entry(table: str, result: RuleResult, rows: int) -> list[str]:
    lines = [
        f"[{result.rule_id}] {table}",
        *_wrapped("rule", result.message),
        *_wrapped("seen", result.observed),
    ]
    if result.expected:
        lines += _wrapped("expected", result.expected)
    for row in list(result.failing_keys)[:rows]:
        detail = "".join(f"; {name} {row[name]}" for name in MEASURED if row.get(name) is not None)
        lines += _wrapped("row", key_text(row) + detail)
    if result.failing_count > rows:
        lines += _wrapped("", f"and {result.failing_count - rows:,} more")
    return [*lines, *_wrapped("do", result.remedy)]


def _wrapped(label: str, text: str) -> list[str]:
    return textwrap.wrap(
        text,
        _WIDTH,
        initial_indent=f"  {label:<9}",
        subsequent_indent=" " * 11,
        break_long_words=False,
    )
