"""The statements of others, and the shape of what we say about them."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

FILE = Path(__file__).with_name("claims.csv")


@dataclass(frozen=True)
class Claim:
    """A statement as it was made.

    Attributes:
        claim_id: Identifier.
        document: Where it is made.
        statement: What is said.
        measure: What it is about.
        area: Area as stated.
        first_year: First year stated, if any.
        last_year: Last year stated, if any.
        value_text: Value as printed; empty where the statement has none.
        unit: Unit of the value.
    """

    claim_id: str
    document: str
    statement: str
    measure: str
    area: str
    first_year: int | None
    last_year: int | None
    value_text: str
    unit: str

    @property
    def value(self) -> float | None:
        """Value as a number."""
        return float(self.value_text) if self.value_text else None

    @property
    def period(self) -> str:
        """Period as stated, e.g. ``2008-2009``."""
        if self.first_year is None or self.last_year is None:
            return ""
        return span(self.first_year, self.last_year)

    @property
    def decimals(self) -> int:
        """Decimals that the value is stated to; -2 for a value in round hundreds."""
        _, point, fraction = self.value_text.partition(".")
        if point:
            return len(fraction)
        digits = self.value_text.lstrip("-")
        return -(len(digits) - len(digits.rstrip("0")))


@dataclass(frozen=True)
class ClaimResult:
    """What we say about a statement; see the table ``claims`` for the columns."""

    verdict: str
    explanation: str
    source_family: str | None = None
    value: float | None = None
    display: str | None = None
    inputs: str | None = None
    best_fit: str | None = None


def not_computable(missing: str, family: str | None = None) -> ClaimResult:
    """Return the result for a statement whose figures we do not hold.

    Args:
        missing: What is missing, and what is held that bears on the statement.
        family: Series whose figures are named there: disclosure control withholds by it.
    """
    return ClaimResult("cannot_be_computed", missing, source_family=family)


def verdict(agrees: bool) -> str:
    """Return the verdict for a recomputed statement."""
    return "reproduces" if agrees else "does_not_reproduce"


def span(first: int, last: int) -> str:
    """Return years as text: ``2009`` or ``2008-2009``."""
    return str(first) if first == last else f"{first}-{last}"


def read_claims() -> tuple[Claim, ...]:
    """Return the statements of ``claims.csv`` in its order."""
    with FILE.open(encoding="utf-8", newline="") as handle:
        return tuple(
            Claim(
                claim_id=row["claim_id"],
                document=row["document"],
                statement=row["statement"],
                measure=row["measure"],
                area=row["area"],
                first_year=int(row["period_start"]) if row["period_start"] else None,
                last_year=int(row["period_end"]) if row["period_end"] else None,
                value_text=row["claimed_value"],
                unit=row["unit"],
            )
            for row in csv.DictReader(handle)
        )
