"""Vocabulary of layout descriptions: what the sheets of a workbook look like.

A description holds header texts in order. Rows and columns are found by these texts; no position
is ever assumed. A description applies to every edition that has its headers, past and to come.
A header with ``{years}`` stands for the same columns of every year that the sheet has.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from assets.producers.ons.workbooks.text import header_key, unit_key

LABEL, COUNT, RATE, FLAG, OTHER = "label", "count", "rate", "flag", "other"
SPACER, IGNORED = "spacer", "ignored"
MEASURED = (COUNT, RATE, FLAG, OTHER)
YEARS = "{years}"
"""Stands in a header for a year, or for the first and last of several years put together."""


@dataclass(frozen=True)
class ColumnLayout:
    """One column of a sheet.

    Attributes:
        role: ``label``, ``count`` (a number that a count is made of), ``rate``, ``flag``,
            ``other`` (a figure that nothing is made of), ``spacer`` or ``ignored`` (not read).
        printed: Texts of its header cells from top to bottom, joined by blanks; ``""`` where the
            header is blank.
        name: Staging column of a label; ``source_column`` of a measured column.
        also: Other wordings that editions print for the same header.
        optional: An edition may come without the column.
        about: What the column says of its rows beside their labels: staging column and text.
    """

    role: str
    printed: str
    name: str
    also: tuple[str, ...] = ()
    optional: bool = False
    about: tuple[tuple[str, str], ...] = ()

    @property
    def needed(self) -> bool:
        """Whether a table is unusable without the column."""
        return self.role in (LABEL, COUNT) and not self.optional

    @cached_property
    def keys(self) -> frozenset[str]:
        """Its wordings as headers are compared."""
        return frozenset(map(header_key, (self.printed, *self.also)))

    @cached_property
    def units(self) -> frozenset[str]:
        """Its wordings as headers are compared without the words for units."""
        return frozenset(map(unit_key, (self.printed, *self.also)))


def label(
    printed: str, name: str, *, also: Sequence[str] = (), optional: bool = False
) -> ColumnLayout:
    """Describe a column that says what a row is about; ``name`` is the staging column."""
    return ColumnLayout(LABEL, printed, name, tuple(also), optional)


def count(printed: str, name: str = "", *, also: Sequence[str] = ()) -> ColumnLayout:
    """Describe a column of whole numbers that counts are made of."""
    return ColumnLayout(COUNT, printed, name or printed, tuple(also))


def rate(printed: str, name: str = "", *, also: Sequence[str] = ()) -> ColumnLayout:
    """Describe a column of rates."""
    return ColumnLayout(RATE, printed, name or printed, tuple(also))


def flag(printed: str, name: str = "", *, also: Sequence[str] = ()) -> ColumnLayout:
    """Describe a column of reliability marks that has a header."""
    return ColumnLayout(FLAG, printed, name or printed, tuple(also))


def other(printed: str, name: str = "", *, also: Sequence[str] = ()) -> ColumnLayout:
    """Describe a column of figures that are not used."""
    return ColumnLayout(OTHER, printed, name or printed, tuple(also))


def of(column: ColumnLayout, suffix: str, **about: str) -> ColumnLayout:
    """Describe a column whose header says what it is about.

    Args:
        column: The column; its name is that of the measure.
        suffix: What its ``source_column`` adds to that, because several columns have the measure.
        **about: Text by staging column.
    """
    name = f"{column.name}, {suffix}" if suffix else column.name
    return replace(column, name=name, about=tuple(about.items()))


def ignored(printed: str) -> ColumnLayout:
    """Describe a column that is not read."""
    return ColumnLayout(IGNORED, printed, "")


def spacer() -> ColumnLayout:
    """Describe an empty column without header."""
    return ColumnLayout(SPACER, "", "")


@dataclass(frozen=True)
class TableLayout:
    """One table of a workbook.

    Attributes:
        number: Number of the table, e.g. ``3`` or ``1a``.
        sheet: Name of its sheet; padding, ``Table`` and underscores do not matter.
        columns: Columns from left to right, those without header left out.
        header_rows: Usual number of stacked header rows; others are tried, too.
        required: ``False`` where an edition may come without the table.
        end_texts: Beginnings of the texts below the table that end it.
        about: Regular expression that the texts above the header must match in lower case, where
            another table has the same headers.
        continued: Labels go on: one is wrapped over several rows, or stands once above all of its
            rows.
        printed_number: Number that the title prints, where it is not ``number``.
    """

    number: str
    sheet: str
    columns: tuple[ColumnLayout, ...]
    header_rows: int = 1
    required: bool = True
    end_texts: tuple[str, ...] = ()
    about: str = ""
    continued: bool = False
    printed_number: str = ""

    @property
    def title_number(self) -> str:
        """Number of the table as its title prints it."""
        return self.printed_number or self.number

    @cached_property
    def keys(self) -> frozenset[str]:
        """All wordings of its headers as headers are compared."""
        return frozenset().union(*(column.keys for column in self.columns if column.printed))

    @cached_property
    def has_years(self) -> bool:
        """Whether columns are repeated for every year."""
        return any(YEARS in column.printed for column in self.columns)


@dataclass(frozen=True)
class NotUsed:
    """Tables of an edition that are not read.

    Attributes:
        sheets: Names of their sheets, compared as those of tables are.
        why: Why nothing is made of them, in words that follow "rows of the sheet:".
    """

    sheets: tuple[str, ...]
    why: str


@dataclass(frozen=True)
class EditionLayout:
    """The editions of a workbook that look the same.

    Attributes:
        name: Short name, e.g. ``child mortality 2022``: the edition whose wording it has.
        tables: Tables that are read.
        italic_until: Last data year whose unreliable rates are in italics, without a column of
            marks.
        verified: Data years of which a workbook was read as the producer published it.
        not_used: Its other tables, with the reason why they are not read.
    """

    name: str
    tables: tuple[TableLayout, ...]
    italic_until: int = 0
    verified: tuple[int, ...] = ()
    not_used: tuple[NotUsed, ...] = ()
