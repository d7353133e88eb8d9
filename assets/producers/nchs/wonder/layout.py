"""Headers of CDC WONDER exports, as they drift between databases.

A label column ``X`` is always followed by its code column ``X Code``; the measured columns come
after all labels. Names are matched by text, never by position. A grouping that has no staging
column of its own, and a measured column that is not known, are kept under their own names.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assets.archive.errors import ExtractError
from assets.producers.nchs.cells import ANY, COUNT, PERCENT, RATE
from assets.producers.nchs.wonder.vocabulary import dimensions_of

LINKED, NATALITY, MORTALITY, FETAL = "linked", "natality", "mortality", "fetal"

KIND_BY_LABEL: tuple[tuple[str, str], ...] = (
    ("Linked Birth / Infant Death", LINKED),
    ("Provisional Natality", NATALITY),
    ("Natality", NATALITY),
    ("Provisional Mortality Statistics", MORTALITY),
    ("Multiple Cause of Death", MORTALITY),
    ("Underlying Cause of Death", MORTALITY),
    ("Compressed Mortality", MORTALITY),
    ("Detailed Mortality", MORTALITY),
    ("Fetal Deaths", FETAL),
)
"""Start of the footer's Dataset line; the years and editions after it change every year."""

MEASURES_OF_KIND = {
    LINKED: ("Deaths", "Births"),
    NATALITY: ("Births",),
    MORTALITY: ("Deaths",),
    FETAL: ("Fetal Deaths",),
}
"""Measured columns without which an export of that kind says nothing."""

COUNT_COLUMNS = frozenset(
    {"Deaths", "Births", "Fetal Deaths", "Population", "Total Population", "Female Population"}
)
_RATE_COLUMN = re.compile(
    r"(Death|Crude|Birth|Fertility|Age[- ]Adjusted|Age[- ]Specific)( Birth| Death)? Rate"
    r"( (Lower|Upper) 95% Confidence Interval| Standard Error)?"
    r"|(Average|Standard Deviation) .+"
)
_RATES = ("Death Rate", "Crude Rate", "Birth Rate", "Fertility Rate", "Fetal Death Rate")
_PERCENT_COLUMN = re.compile(r"(% of|Percent of) Total .+")


@dataclass(frozen=True)
class Label:
    """One label column with its code column.

    Attributes:
        header: Header as printed; the code's header is the same with `` Code``.
        dimension: Staging column that the label goes to.
        position: Index of the label in a row; the code stands at the next index.
    """

    header: str
    dimension: str
    position: int


@dataclass(frozen=True)
class Measure:
    """One measured column: its header, what its cells are, its index in a row."""

    header: str
    cell_kind: str
    position: int


@dataclass(frozen=True)
class Layout:
    """Columns of one export."""

    has_notes: bool
    labels: tuple[Label, ...]
    measures: tuple[Measure, ...]
    width: int

    @property
    def dimensions(self) -> tuple[str, ...]:
        """Staging columns that the rows are grouped by."""
        return tuple(label.dimension for label in self.labels)


def kind_of(database_label: str) -> str | None:
    """Return the kind of database for the footer's Dataset line, or ``None``."""
    return next((kind for start, kind in KIND_BY_LABEL if database_label.startswith(start)), None)


def measure_kind(header: str) -> str:
    """Return what the cells of a measured column are; ``ANY`` where the header is unknown."""
    if header in COUNT_COLUMNS:
        return COUNT
    if _RATE_COLUMN.fullmatch(header):
        return RATE
    return PERCENT if _PERCENT_COLUMN.fullmatch(header) else ANY


def kind_of_header(header: tuple[str, ...]) -> str | None:
    """Return the kind of database that an export without footer is from, by what it counts.

    Only linked exports have deaths beside births. ``None`` where this is no header of an export.
    """
    try:
        layout = read_header(header, "", 1, may_lack_notes=True)
    except (ExtractError, IndexError):
        return None
    known = {name for names in MEASURES_OF_KIND.values() for name in names}
    counts = {measure.header for measure in layout.measures} & known
    return next((kind for kind, names in MEASURES_OF_KIND.items() if set(names) == counts), None)


def respelled(header: tuple[str, ...], group_by: Sequence[str]) -> tuple[str, ...]:
    """Return a header with the blanks and signs that another program took out of its names.

    R writes ``State.Code`` or ``StateCode``. A name is restored where it has the letters and
    figures of a grouping that the footer names, of its code, or of a known count or rate.

    Args:
        header: Cells of the header line.
        group_by: Groupings that the footer names.
    """
    right = [name for group in group_by for name in (group, f"{group} Code")]
    known = {_squashed(name): name for name in ("Notes", *COUNT_COLUMNS, *_RATES, *right)}
    return tuple(known.get(_squashed(cell), cell) for cell in header)


def _squashed(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.casefold())


def read_header(header: tuple[str, ...], file: str, row: int, may_lack_notes: bool) -> Layout:
    """Return the layout that a header line declares.

    Args:
        header: Cells of the header line.
        file: File name, for errors.
        row: Line of the header, for errors.
        may_lack_notes: Accept a copy whose Notes column was trimmed.

    Raises:
        ExtractError: A column is repeated, or stands where it cannot.
    """
    has_notes = header[:1] == ("Notes",)
    if not has_notes and not may_lack_notes:
        raise _refused(
            f"a first line that starts with {' | '.join(header)[:80]!r}", file, row, header[0]
        )
    position = 1 if has_notes else 0
    starts: list[int] = []
    while position + 1 < len(header) and header[position + 1] == f"{header[position]} Code":
        starts.append(position)
        position += 2
    labels = [
        Label(header[at], name, at)
        for at, name in zip(starts, dimensions_of([header[at] for at in starts]), strict=True)
    ]
    measures = [
        Measure(header[at], measure_kind(header[at]), at) for at in range(position, len(header))
    ]
    if not labels or not measures:
        raise _refused("a header without label or without measured columns", file, row, header[0])
    repeated = {name for name in header if header.count(name) > 1}
    if repeated:
        raise _refused(f"the header {sorted(repeated)[0]!r} twice", file, row, sorted(repeated)[0])
    return Layout(has_notes, tuple(labels), tuple(measures), len(header))


def _refused(seen: str, file: str, row: int, column: str) -> ExtractError:
    return ExtractError(
        "WONDER-HEADER",
        seen,
        "the header of a CDC WONDER export: 'Notes', then pairs such as 'State' and 'State Code', "
        "then measured columns such as 'Deaths', 'Births', 'Death Rate'",
        "Export the table again with Export Results and leave the file as it is.",
        file,
        row=row,
        column=column,
    )
