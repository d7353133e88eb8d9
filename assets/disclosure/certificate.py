"""The disclosure certificate of a release: every withheld count, and how far readers can narrow it.

It is computed from release folders alone, and stays with the people who run the pipeline: it is a
list of where to look.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass
from math import ceil, floor, isinf
from pathlib import Path

import duckdb

from assets.disclosure.audit import PROTECTION
from assets.disclosure.cells import Cell
from assets.disclosure.disclosure_policies import disclosure_policies
from assets.disclosure.folders import readers_ranges
from assets.disclosure.system import TOLERANCE

COLUMNS = ("source_family", "count", "area_code", "boundaries", "stratum_type", "stratum",
           "period_start", "period_end", "lowest", "highest", "status")  # fmt: skip


@dataclass(frozen=True)
class Certified:
    """A withheld count.

    Attributes:
        cell: What is counted.
        lowest: Smallest count that agrees with all releases; of many counts that share sums one
            so small that the range is more than 6 wide, of very many four whole numbers.
        highest: Largest one, likewise; ``None`` where nothing bounds it.
    """

    cell: Cell
    lowest: int
    highest: int | None

    @property
    def width(self) -> int | None:
        """Whole numbers that are possible; ``None`` without an upper end."""
        return None if self.highest is None else self.highest - self.lowest + 1

    @property
    def status(self) -> str:
        """``protected``, ``narrow`` or, where a protected count can be computed, ``computed``."""
        if self.width is None or self.width >= PROTECTION:
            return "protected"
        policy = disclosure_policies()[self.cell.source_family]
        small = policy.covers(self.lowest, self.cell.area_code)
        return "computed" if self.width == 1 and small else "narrow"


@dataclass(frozen=True)
class Summary:
    """The certificate of one series.

    Attributes:
        source_family: Series.
        policy: Policy that withholds.
        withheld: Withheld counts, with those that are withheld beside the small ones.
        narrowest: Fewest whole numbers that one of them can be; ``None`` where nothing bounds any.
        unbounded: Those without an upper end.
        narrow: Those of which fewer whole numbers are possible than are promised for small counts.
        computed: Small ones that readers can compute.
    """

    source_family: str
    policy: str
    withheld: int
    narrowest: int | None
    unbounded: int
    narrow: int
    computed: int


def certify(con: duckdb.DuckDBPyConnection, folders: Sequence[Path]) -> list[Certified]:
    """Return every withheld count of a release.

    Args:
        con: Open connection.
        folders: Release folders from the oldest to the one that is certified.

    Raises:
        AuditError: The published figures contradict each other.
        DamagedReleaseError: One of the releases cannot be read.
    """
    return [
        Certified(cell, ceil(low - TOLERANCE), None if isinf(high) else floor(high + TOLERANCE))
        for cell, low, high in readers_ranges(con, folders)
    ]


def summaries(certified: Sequence[Certified]) -> Iterator[Summary]:
    """Yield the summary of every series that has withheld counts."""
    for family in sorted({c.cell.source_family for c in certified}):
        of_series = [c for c in certified if c.cell.source_family == family]
        status = [c.status for c in of_series]
        yield Summary(
            family,
            disclosure_policies()[family].name,
            len(of_series),
            min((c.width for c in of_series if c.width is not None), default=None),
            sum(c.width is None for c in of_series),
            len(status) - status.count("protected"),
            status.count("computed"),
        )


def as_csv(certified: Sequence[Certified]) -> str:
    """Return the certificate as a CSV file."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(COLUMNS)
    for one in certified:
        c = one.cell
        rows.writerow((
            c.source_family, c.quantity, c.area_code, c.boundaries, c.stratum_type, c.stratum,
            c.start, c.end, one.lowest, "" if one.highest is None else one.highest, one.status,
        ))  # fmt: skip
    return text.getvalue()


def pattern_hash(certified: Sequence[Certified]) -> str:
    """Return digits that say which counts are withheld, whatever they are."""
    named = sorted("|".join(map(str, astuple(one.cell))) for one in certified)
    return hashlib.sha256("\n".join(named).encode()).hexdigest()
