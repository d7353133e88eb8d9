"""What an operator gives up: counts that earlier releases give away whatever is withheld now.

The choice is kept in the home, because rows that were left out of one release stay left out.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from assets.state.durable import replace_text

if TYPE_CHECKING:
    from assets.disclosure.cells import Cell

COLUMNS = (
    "source_family",
    "area_code",
    "stratum_type",
    "stratum",
    "period_start",
    "period_end",
)


class DropError(ValueError):
    """A selection of what to drop is none."""


@dataclass(frozen=True)
class Drop:
    """Rows to leave out: every row with these values.

    Attributes:
        values: Columns of ``rates`` with the value of each.
    """

    values: tuple[tuple[str, str], ...]

    def __str__(self) -> str:
        """Return the selection as it is written after ``--drop``."""
        return " ".join(f"{name}={value}" for name, value in self.values)

    def matches(self, cell: Cell) -> bool:
        """Return whether a count is among them."""
        facts = _facts(cell)
        return all(facts[name] == value for name, value in self.values)


def drop_of(cell: Cell) -> Drop:
    """Return the selection of one count alone."""
    return Drop(tuple(_facts(cell).items()))


def parse_drop(text: str) -> Drop:
    """Read a selection such as ``area_code=29207 period_start=2012-01-01``.

    Raises:
        DropError: A word is no column of ``COLUMNS`` with a value.
    """
    values = []
    for word in text.split():
        name, _, value = word.partition("=")
        if name not in COLUMNS or not value:
            raise DropError(
                f"--drop has {word!r}; expected words COLUMN=VALUE with the columns "
                f"{', '.join(COLUMNS)}, as the message of the gate prints them"
            )
        values.append((name, value))
    if not values:
        raise DropError("--drop names nothing; expected words COLUMN=VALUE, e.g. area_code=29207")
    return Drop(tuple(values))


def read_drops(file: Path) -> tuple[Drop, ...]:
    """Return what was given up so far; nothing where there is no file.

    Raises:
        DropError: A line of the file is no selection.
    """
    if not file.exists():
        return ()
    lines = file.read_text(encoding="utf-8").splitlines()
    return tuple(parse_drop(line) for line in lines if line.strip())


def add_drops(file: Path, drops: Iterable[Drop]) -> None:
    """Keep further selections beside those that are there."""
    every = dict.fromkeys([*read_drops(file), *drops])
    replace_text(file, "".join(f"{drop}\n" for drop in every))


def _facts(cell: Cell) -> dict[str, str]:
    return {
        "source_family": cell.source_family,
        "area_code": cell.area_code,
        "stratum_type": cell.stratum_type,
        "stratum": cell.stratum,
        "period_start": str(cell.start),
        "period_end": str(cell.end),
    }
