"""What an archived export of CDC WONDER asked for: which cells of a question it answers.

The footer says it, never the name of the file. Where the footer names no years or was removed,
the rows say which there are.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path

from assets.archive.errors import ExtractError
from assets.producers.nchs.states import FIPS_BY_NAME
from assets.producers.nchs.text_source import read_text
from assets.producers.nchs.wanted.databases import databases
from assets.producers.nchs.wonder.ages import FIRST_YEAR, hours_of
from assets.producers.nchs.wonder.answer import as_export
from assets.producers.nchs.wonder.footer import (
    ALL_VALUES,
    Footer,
    is_separator,
    only_states,
    parse_footer,
    split_list,
    states_asked_for,
)
from assets.producers.nchs.wonder.grammar import Export, cut
from assets.producers.nchs.wonder.layout import LINKED, kind_of, kind_of_header
from assets.producers.nchs.wonder.query import years_asked_for
from assets.producers.nchs.wonder.read import EXPECTED
from assets.producers.nchs.wonder.resaved import as_printed
from assets.producers.nchs.wonder.vocabulary import AREAS, dimension_of, plain

NATION, STATES, COUNTIES = "nation", "states", "counties"
_SCHEMED = ("race", "gestation", "cause", "age_of_infant", "other")
_BRIDGED_FROM = 2003
"""Linked databases from this year on had race and origin together under "Hispanic Origin"."""
_OF_TIME = re.compile(r"Year\b")
_YEAR = re.compile(r"[0-9]{4}")


@dataclass(frozen=True)
class Asked:
    """The question of one export.

    Attributes:
        kind: Kind of database.
        by: Characteristics that its rows are grouped by, and ``month``.
        level: ``nation``, ``states``, ``counties``, or empty for other areas.
        years: Years that it has, each for itself.
        provisional: Those of them whose figures were not final yet.
        states: FIPS codes of the states that were asked for; empty for all.
        on: Day of the query, or ``None``.
    """

    kind: str
    by: frozenset[str]
    level: str
    years: frozenset[int]
    provisional: frozenset[int]
    states: frozenset[str]
    on: date | None


@cache
def asked(path: Path) -> Asked | None:
    """Return what an export asked for; ``None`` where it answers no question as a whole."""
    try:
        text, _ = as_printed(as_export(read_text(path, EXPECTED, is_separator), path.name))
        export = cut(text, path.name)
    except (ExtractError, OSError):
        return None
    footer = parse_footer(list(export.footer))
    kind = kind_of(footer.database_label) or kind_of_header(export.header.cells)
    if kind is None:
        return None
    headers = footer.group_by or _headers(export)
    named = {header: named_dimension(header) for header in headers}
    if _is_part(footer, named):
        return None
    found = set(named.values())
    years = _years(footer, export, headers)
    if kind == LINKED and "Hispanic Origin" in headers and min(years, default=0) >= _BRIDGED_FROM:
        found = found - {"hispanic_origin"} | {"race_and_hispanic_origin"}
    return Asked(
        kind,
        frozenset(found - {*AREAS, "year"}),
        _level(found, footer),
        frozenset(years),
        frozenset(year for year, label in years.items() if "provisional" in label.casefold()),
        frozenset(FIPS_BY_NAME[s] for s in states_asked_for(footer.parameters) if s in FIPS_BY_NAME)
        or (_states(export) if not export.footer else frozenset()),
        _day(footer),
    )


def named_dimension(header: str) -> str:
    """Return the dimension that a header of an export stands for.

    Groupings that come in several schemes are told apart; one that is none of the menu's keeps its
    header, so that it is never taken for another.
    """
    known = _by_label().get(plain(header))
    if known is not None:
        return known
    name = dimension_of(header) or "other"
    if name == "race" and "bridged" in plain(header):
        return "race_bridged"
    if name == "race" and re.search(r"single race( 6)?$", plain(header)):
        return "race_single"
    return f"{name}: {plain(header)}" if name in _SCHEMED else name


@cache
def _by_label() -> dict[str, str]:
    return {plain(b.label): b.dimension for d in databases() for b in d.boxes.values()}


@cache
def _groups(dimension: str) -> int:
    counts = [d.boxes[dimension].groups for d in databases() if dimension in d.boxes]
    return min((n for n in counts if n), default=0)


def _is_part(footer: Footer, named: dict[str, str]) -> bool:
    """Return whether the export has only some groups, counties or months of what it is about."""
    if "month" not in named.values() and _has_some_months(footer):
        return True
    for key, value in footer.parameters.items():
        dimension = named_dimension(key)
        if ALL_VALUES.fullmatch(value) or dimension == "year":
            continue
        if dimension == "county" or (dimension == "state" and not only_states(value)):
            return True
        if dimension_of(key) == "age_of_infant" and hours_of(value) not in (None, FIRST_YEAR):
            return True  # neonatal deaths are not all that is asked for
        if dimension in AREAS or dimension_of(key) in (None, "age_of_infant"):
            continue
        if dimension not in named.values() or len(split_list(value)) < _groups(dimension):
            return True
    return False


def _has_some_months(footer: Footer) -> bool:
    """Return whether the query names something else than whole years or all of them."""
    times = [value for key, value in footer.parameters.items() if _OF_TIME.match(key)]
    restricted = any(not ALL_VALUES.fullmatch(value) for value in times)
    return restricted and years_asked_for(footer.parameters) is None


def _level(found: set[str], footer: Footer) -> str:
    areas = found & set(AREAS)
    if "county" in areas:
        return COUNTIES
    if areas == {"state"} or (not areas and len(states_asked_for(footer.parameters)) == 1):
        return STATES
    return "" if areas or states_asked_for(footer.parameters) else NATION


def _years(footer: Footer, export: Export, headers: tuple[str, ...]) -> dict[int, str]:
    """Return the years that have rows of their own, each with its label."""
    named = years_asked_for(footer.parameters)
    column = next((h for h in headers if named_dimension(h) == "year"), None)
    if column is None:
        labels = list(named) if named is not None and len(named) == 1 else []
    else:
        labels = list(named) if named is not None else _column(export, column)
    return {int(label[:4]): label for label in labels if _YEAR.match(label)}


def _states(export: Export) -> frozenset[str]:
    for header in ("State Code", "County Code", "County of Residence Code", "Residence State Code"):
        if found := {c[:2] for c in _column(export, header) if c[:2].isdigit()}:
            return frozenset(found)
    return frozenset()


def _column(export: Export, header: str) -> list[str]:
    if header not in export.header.cells:
        return []
    at = export.header.cells.index(header)
    return [row.cells[at] for row in export.rows if len(row.cells) > at]


def _headers(export: Export) -> tuple[str, ...]:
    cells = export.header.cells
    return tuple(cell for cell in cells if f"{cell} Code" in cells)


def _day(footer: Footer) -> date | None:
    try:
        return datetime.strptime(
            footer.notes.get("Query Date", "")[:12].strip(), "%b %d, %Y"
        ).date()
    except ValueError:
        return None
