"""Declare expectations: a class of Great Expectations, and the rule that it checks.

Importing Great Expectations takes seconds, and the ids of the rules are needed before anything is
judged. A word is therefore named here and made into the library's class in
:mod:`expectations.engine`::

    expect(
        words.ExpectColumnValuesToBeBetween(column="rate", min_value=0),
        rule_id="RATES-NOT-NEGATIVE", severity="critical", category="range",
        message="A rate is never below zero.", remedy="Look at numerator and denominator.",
    )
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from expectations.rule import Rule


@dataclass(frozen=True)
class Word:
    """A class of Great Expectations or of :mod:`expectations.domain`, and its arguments."""

    name: str
    arguments: Mapping[str, object]


class _Words:
    """Every class that can be expected, by its own name."""

    def __getattr__(self, name: str) -> Callable[..., Word]:
        if not name.startswith("Expect"):
            raise AttributeError(f"no expectation is called {name!r}; their names begin: Expect")
        return lambda **arguments: Word(name, arguments)


words = _Words()
"""``words.ExpectColumnValuesToBeBetween(column="rate", min_value=0)``"""


@dataclass(frozen=True)
class Expectation:
    """A rule that is judged by one of the library's classes, or by one of ours.

    Attributes:
        rule: The rule; several expectations may belong to one.
        name: Class in ``great_expectations.expectations`` or in :mod:`expectations.domain`.
        arguments: Keyword arguments of that class.
        expected: What should be seen, for the report.
        seen: What was seen, where the library's own words would say less.
        only: Rows that are looked at, as values per column; every row where it is empty.
        per_column: Its rule is a list of columns, and it is one of them.
    """

    rule: Rule
    name: str
    arguments: Mapping[str, object] = field(default_factory=dict)
    expected: str = ""
    seen: str = ""
    only: Mapping[str, Sequence[str]] = field(default_factory=dict)
    per_column: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns that it looks at."""
        found: list[str] = []
        for key in ("column", "column_A", "column_B", "column_list"):
            named = self.arguments.get(key, ())
            found += [named] if isinstance(named, str) else [str(n) for n in _listed(named)]
        return tuple(dict.fromkeys(found))


def _listed(value: object) -> Sequence[object]:
    return value if isinstance(value, list | tuple) else ()


def expect(
    word: Word,
    *,
    rule_id: str,
    severity: str,
    category: str,
    message: str,
    remedy: str,
    expected: str,
    only: Mapping[str, Sequence[str]] | None = None,
) -> Expectation:
    """Declare an expectation of a table.

    Args:
        word: What is expected, e.g. ``words.ExpectColumnValuesToBeInSet(...)``.
        rule_id: Stable identifier; evidence and waivers refer to it.
        severity: ``critical`` blocks a release; ``warning`` and ``info`` advise.
        category: Kind of rule, e.g. ``range``.
        message: The statement in plain English.
        remedy: What to do when it does not hold.
        expected: What should be seen in a row, for the report.
        only: Rows that are looked at, as values per column.
    """
    check = "contract" if severity == "critical" else "plausibility"
    rule = Rule(rule_id, check, severity, category, message, remedy)
    return Expectation(rule, word.name, word.arguments, expected, only=only or {})
