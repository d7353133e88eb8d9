"""The error that every reader of raw extracts raises."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from pathlib import Path


@dataclass
class ExtractError(Exception):
    """An extract is not what its dataset promises.

    Attributes:
        rule: Short stable identifier, e.g. ``WONDER-FOOTER``.
        seen: What was found.
        expected: What should have been there.
        remedy: What the person reading should do next.
        file: File name of the extract.
        sheet: Sheet, page or archive member, where there is one.
        row: Row counted from 1, where the fault has one.
        column: Header of the column, where the fault has one.
        details: Further facts for the quarantine report, e.g. a layout drift listing.
    """

    rule: str
    seen: str
    expected: str
    remedy: str
    file: str = ""
    sheet: str = ""
    row: int | None = None
    column: str = ""
    details: dict[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        """Return one readable sentence per part: where, seen, expected, what to do."""
        place = ", ".join(
            part
            for part in (
                self.file,
                f"sheet {self.sheet!r}" if self.sheet else "",
                f"row {self.row}" if self.row is not None else "",
                f"column {self.column!r}" if self.column else "",
            )
            if part
        )
        return (
            f"[{self.rule}] {place + ': ' if place else ''}saw {self.seen}; "
            f"expected {self.expected}. {self.remedy}"
        )

    def as_dict(self) -> dict[str, object]:
        """Return all attributes, for a report."""
        return asdict(self)


class ExtractAdvice(ExtractError):  # noqa: N818 (it is returned, never raised)
    """Something about an extract that a person should know and that does not refuse it."""


class ExtractContradiction(ExtractError):  # noqa: N818 (it is returned, never raised)
    """What contradicts other figures: it refuses the extract until a person accepts it."""


@dataclass(frozen=True)
class CellPosition:
    """Where a cell of an extract stands.

    Attributes:
        file: File name of the extract.
        row: Row counted from 1, where there is one.
        column: Header of the column.
        sheet: Sheet, page or archive member, where there is one.
    """

    file: str
    row: int | None = None
    column: str = ""
    sheet: str = ""

    def refusal(self, rule: str, seen: str, expected: str, remedy: str) -> ExtractError:
        """Return the error of this cell; see :class:`ExtractError` for the arguments."""
        return ExtractError(
            rule, seen, expected, remedy, self.file, self.sheet, self.row, self.column
        )


def refused(
    path: Path,
    rule: str,
    seen: str,
    expected: str,
    remedy: str,
    row: int | None = None,
    column: str = "",
) -> ExtractError:
    """Return the error of a text file; see :class:`ExtractError` for the arguments."""
    return CellPosition(path.name, row, column).refusal(rule, seen, expected, remedy)
