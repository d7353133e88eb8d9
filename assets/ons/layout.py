"""Vocabulary of layout descriptions: what a sheet of an edition looks like.

A description holds header texts in order. Rows and columns are found by these texts; no position
is ever assumed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

LABEL, COUNT, RATE, FLAG, OTHER = "label", "count", "rate", "flag", "other"
SPACER, IGNORED = "spacer", "ignored"
MEASURED = (COUNT, RATE, FLAG, OTHER)


@dataclass(frozen=True)
class ColumnLayout:
    """One column of a sheet.

    Attributes:
        role: ``label``, ``count``, ``rate``, ``flag``, ``other`` (a figure that is neither a
            count nor a rate of this project), ``spacer`` or ``ignored`` (text that is not read).
        printed: Texts of its header cells from top to bottom, joined by blanks; ``""`` where the
            header is blank.
        name: Staging column of a label; ``source_column`` of a measured column.
    """

    role: str
    printed: str
    name: str


def label(printed: str, name: str) -> ColumnLayout:
    """Describe a column that says what a row is about; ``name`` is the staging column."""
    return ColumnLayout(LABEL, printed, name)


def count(printed: str, name: str = "") -> ColumnLayout:
    """Describe a column of whole numbers."""
    return ColumnLayout(COUNT, printed, name or printed)


def rate(printed: str, name: str = "") -> ColumnLayout:
    """Describe a column of rates."""
    return ColumnLayout(RATE, printed, name or printed)


def flag(printed: str, name: str = "") -> ColumnLayout:
    """Describe a column of reliability marks."""
    return ColumnLayout(FLAG, printed, name or printed)


def other(printed: str, name: str = "") -> ColumnLayout:
    """Describe a column of figures that are neither counts nor rates of this project."""
    return ColumnLayout(OTHER, printed, name or printed)


def ignored(printed: str) -> ColumnLayout:
    """Describe a column of texts that is not read."""
    return ColumnLayout(IGNORED, printed, "")


def spacer() -> ColumnLayout:
    """Describe an empty column."""
    return ColumnLayout(SPACER, "", "")


@dataclass(frozen=True)
class Symbols:
    """Texts that an edition prints instead of numbers.

    Attributes:
        figures: Allowed in columns of counts, rates and other figures.
        flags: Allowed in columns of reliability marks.
        misprints: Texts that one edition is known to print by mistake; kept as text.
    """

    figures: frozenset[str]
    flags: frozenset[str] = frozenset()
    misprints: frozenset[str] = frozenset()


def symbols(
    figures: Sequence[str], flags: Sequence[str] = (), misprints: Sequence[str] = ()
) -> Symbols:
    """Build :class:`Symbols` from sequences."""
    return Symbols(frozenset(figures), frozenset(flags), frozenset(misprints))


@dataclass(frozen=True)
class TableLayout:
    """One table of a workbook.

    Attributes:
        number: Number of the table, e.g. ``3`` or ``1a``.
        sheet: Name of its sheet; padding in the workbook is ignored.
        columns: Columns from left to right.
        header_rows: Number of stacked header rows.
        required: ``False`` where an edition may come without the table.
        end_texts: Beginnings of the texts below the table that end it.
    """

    number: str
    sheet: str
    columns: tuple[ColumnLayout, ...]
    header_rows: int = 1
    required: bool = True
    end_texts: tuple[str, ...] = ()


@dataclass(frozen=True)
class EditionLayout:
    """One edition of a workbook, or several that look the same.

    Attributes:
        name: Short name, e.g. ``child mortality 2022``.
        editions: Data years that the description is for.
        tables: Tables that are read.
        symbols: Texts printed instead of numbers.
        glued_footnotes: Footnote digits are glued to texts.
        italic_rates: Data years whose unreliable rates are in italics, without a column of marks.
        verified: Data years of which a workbook of the producer was read with the description;
            for the others it is put together from accounts of them.
    """

    name: str
    editions: tuple[int, ...]
    tables: tuple[TableLayout, ...]
    symbols: Symbols
    glued_footnotes: bool = False
    italic_rates: tuple[int, ...] = ()
    verified: tuple[int, ...] = ()


def editions_of(layouts: Sequence[EditionLayout], since: int = 0) -> tuple[int, ...]:
    """Return the data years that there are descriptions for, from ``since`` on."""
    years = {year for layout in layouts for year in layout.editions}
    return tuple(sorted(year for year in years if year >= since))
