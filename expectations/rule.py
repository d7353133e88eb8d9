"""Vocabulary of the expectations: a rule, and what was found when it was looked at.

Nothing here knows DuckDB, Great Expectations or Dagster.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from assets.schema.codes import CHECKS, SEVERITIES

FETCH_LIMIT = 10_000
"""Offending rows that are read at most, so that waivers can be matched against them."""

KEYS_SHOWN = 20
"""Offending rows that are kept with a result; the count is always of all of them."""

MEASURED = ("observed", "expected")
"""What an offending row says beside its key."""


@dataclass(frozen=True)
class Rule:
    """One statement that must hold for a table.

    Attributes:
        rule_id: Stable identifier; evidence and waivers refer to it.
        check: ``contract`` (blocks a release) or ``plausibility`` (worth a human look).
        severity: ``critical``, ``warning`` or ``info``; only critical contracts block.
        category: Kind of rule, e.g. ``schema``, ``conservation``, ``control_total``.
        message: The statement in plain English.
        remedy: What to do when it does not hold.
        keys: Columns that name an offending row.
    """

    rule_id: str
    check: str
    severity: str
    category: str
    message: str
    remedy: str
    keys: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a rule that nobody could act on."""
        if self.check not in CHECKS or self.severity not in SEVERITIES:
            raise ValueError(f"{self.rule_id}: unknown check or severity")
        if not (self.rule_id and self.category and self.message and self.remedy):
            raise ValueError(f"rule {self.rule_id!r} lacks an id, category, message or remedy")


@dataclass(frozen=True)
class Finding:
    """What a query found for one rule, before it is judged.

    Attributes:
        rule: The rule.
        compared: Number of rows, totals or columns that were looked at.
        offending: Number of those that break the rule.
        rows: First offending rows: key columns, ``observed`` and ``expected``.
        expected: What should have been seen.
        note: Why there was nothing to look at, or what was not compared.
        error: Why the rule could not be evaluated; empty where it could.
        waived: Offending rows that waivers took out, each with ``waiver_id`` and ``reason``; they
            are no longer counted in ``offending``.
        explained: Offending rows that prove a known reason themselves, each with ``explained_by``
            and ``reason``; not counted in ``offending`` either. Nobody declared anything for them,
            so that nothing can expire.
        seen: What was seen, where it is no count of rows that break the rule.
    """

    rule: Rule
    compared: int = 0
    offending: int = 0
    rows: Sequence[Mapping[str, object]] = field(default_factory=tuple)
    expected: str = ""
    note: str = ""
    error: str = ""
    waived: Sequence[Mapping[str, object]] = field(default_factory=tuple)
    explained: Sequence[Mapping[str, object]] = field(default_factory=tuple)
    seen: str = ""

    @property
    def waiver_id(self) -> str | None:
        """Waivers that took out offending rows."""
        return ", ".join(sorted({str(row["waiver_id"]) for row in self.waived})) or None

    @property
    def observed(self) -> str:
        """What was seen, for a reader."""
        if self.error:
            return f"not evaluated: {self.error}"
        waived, explained = len(self.waived), len(self.waived) + len(self.explained)
        if not self.compared:
            seen = "nothing to compare"
        elif self.rule.category == "reconciliation":
            equal = self.compared - self.offending - explained
            seen = (
                f"compared {self.compared:,}, equal {equal:,}, explained {explained:,}, "
                f"unexplained {self.offending:,}"
            )
        else:
            seen = f"{self.offending:,} of {self.compared:,} break the rule"
            seen += f"; {waived:,} waived" if waived else ""
        return "; ".join(part for part in (seen, self.note) if part)


def key_text(row: Mapping[str, object]) -> str:
    """Return the key of an offending row as ``column=value`` pairs."""
    return " ".join(f"{k}={v}" for k, v in row.items() if k not in MEASURED)


def plain(value: object) -> object:
    """Return a cell as a value that JSON can hold: dates as ISO text, decimals as numbers."""
    if isinstance(value, dt.date | dt.datetime):
        return value.isoformat()
    return float(value) if isinstance(value, Decimal) else value


def plain_row(row: Mapping[str, object]) -> dict[str, object]:
    """Return a row with every cell as :func:`plain` makes it."""
    return {name: plain(value) for name, value in row.items()}
