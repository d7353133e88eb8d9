"""List the expectations of a table in plain words, without importing Great Expectations."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from expectations import base_suites, frames, registry_words
from expectations.rule import Rule
from expectations.suites import Suite
from expectations.words import Expectation


@dataclass(frozen=True)
class Entry:
    """One rule of a table.

    Attributes:
        rule: The rule.
        words: Classes of Great Expectations that judge it, and what they look at.
        place: Where it is declared.
    """

    rule: Rule
    words: tuple[str, ...]
    place: str


def entries(suite: Suite) -> list[Entry]:
    """Return every rule of a table with its expectation classes, in the order of the suite."""
    framed = frames.is_framed(suite.name, 0)
    made = registry_words.shape(suite.name, suite.table)
    if framed:
        made += registry_words.cells(suite.name, suite.table)
    of_registry = {r.rule_id for r in base_suites.rules(suite.name, suite.table)}
    files = {r.rule.rule_id: f"expectations/rules/{r.file}" for r in suite.relational}
    said: dict[str, list[str]] = {}
    for e in (*made, *suite.declared):
        said.setdefault(e.rule.rule_id, []).append(_said(e))
    declared = {e.rule.rule_id for e in suite.declared}
    return [
        Entry(
            rule,
            tuple(said.get(rule.rule_id, ("ExpectRuleToHold",))),
            "assets/schema"
            if rule.rule_id in of_registry
            else f"expectations/suites/{suite.table.layer}.py"
            if rule.rule_id in declared
            else files.get(rule.rule_id, "expectations"),
        )
        for rule in suite.rules
    ]


def how(suite: Suite) -> str:
    """Return in one sentence how a table is validated."""
    if not frames.is_framed(suite.name, 0):
        return (
            "Its cells are scanned in DuckDB; the published table of the same name is judged on a "
            "frame."
        )
    return (
        f"It is judged on a frame; above {frames.ROWS_AT_MOST:,} rows, its cells are scanned in "
        "DuckDB by the same rules."
    )


def _said(expectation: Expectation) -> str:
    return f"{expectation.name}({', '.join(_arguments(expectation))})"


def _arguments(expectation: Expectation) -> Iterator[str]:
    for name, value in expectation.arguments.items():
        if isinstance(value, list | tuple):
            yield f"{name}={', '.join(map(str, value))}"
        elif value is not None and not (isinstance(value, float) and abs(value) > 1e300):
            yield f"{name}={value}"
    for name, values in expectation.only.items():
        yield f"only {name} {', '.join(values)}"
