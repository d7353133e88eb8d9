"""What of a child mortality workbook contradicts itself is set aside alone, and named.

Of Tables 1 and 3 rows are set aside where a few of them are wrong, otherwise the table; of others
always the table. Without both there is nothing that the other tables could be held to.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import replace

import pandas as pd

from assets.archive.dataset import ParsedExtract
from assets.archive.errors import ExtractError
from assets.archive.rules.building_blocks import AGAIN, missing_areas
from assets.producers.ons.child_mortality.area_sums import Doubts, doubts
from assets.producers.ons.child_mortality.contradictions import AREAS, SERIES, wrong_rows
from assets.producers.ons.child_mortality.group_rules import (
    GROUPED,
    do_not_add_up,
    series_of,
    totals_disagree,
)
from assets.producers.ons.child_mortality.labels import CHARACTERISTICS
from assets.producers.ons.child_mortality.tables import (
    GROUPS,
    REQUIRED_AREAS,
    UNIONS,
    areas_of,
    tables,
)
from assets.producers.ons.workbooks.columns import AREA_COUNTS, SERIES_COUNTS
from assets.producers.ons.workbooks.tables_not_read import without

TABLES = "tables"
FEW = 0.1
"""Share of the rows of a table that may be set aside before all of it is."""
_KEY = ["table_number", *dict.fromkeys((*GROUPS, *CHARACTERISTICS)), "source_column"]
_SHOWN = 10


class _Aside:
    """Tables and rows that are set aside, with the reason in words."""

    def __init__(self, parsed: ParsedExtract) -> None:
        frame = parsed.frame[["table_number", "source_sheet", "source_row"]]
        numbers = frame["table_number"]
        self.heights = frame["source_row"].groupby(numbers).nunique().to_dict()
        self.sheets = frame["source_sheet"].groupby(numbers).first().to_dict()
        self.tables: set[str] = set()
        self.rows: dict[str, set[int]] = defaultdict(set)
        self.told: list[str] = []

    def add(self, number: str, said: str, rows: Collection[int] = ()) -> None:
        """Set rows of a table aside; all of it where there are many, or none is named."""
        if number in self.tables or (rows and set(rows) <= self.rows[number]):
            return
        listed = sorted(rows)
        shown = ", ".join(map(str, listed[:_SHOWN]))
        more = f" and {len(listed) - _SHOWN} more" if len(listed) > _SHOWN else ""
        where = f" in row {shown}{more}" if listed else ""
        told = f"{number}: {said}{where} of sheet {self.sheets[number]!r}"
        self.rows[number] |= set(listed)
        if not listed or len(self.rows[number]) > max(1, FEW * self.heights[number]):
            self.tables.add(number)
            told += ", so that no row of it is used"
        self.told.append(told)

    def table(self, number: str, said: str) -> None:
        """Set a table aside."""
        if number in self.sheets:
            self.add(number, said)

    def left(self, rows: pd.DataFrame, number: str) -> pd.DataFrame:
        """Return the rows of a table that are not set aside."""
        if number in self.tables:
            return rows.iloc[:0]
        return rows[~rows["source_row"].isin(self.rows[number])]


def without_contradictions(parsed: ParsedExtract) -> ParsedExtract:
    """Return an extract without the tables and rows that contradict themselves or each other.

    Raises:
        ExtractError: Neither Table 1 nor Table 3 is left.
    """
    aside = _Aside(parsed)
    _rows_alone(parsed, aside)
    found = _areas(parsed, aside)
    _groups(parsed, aside)
    _series_beside_areas(parsed, aside, found)
    _totals(parsed, aside, found)
    if not aside.told:
        return parsed
    if {AREAS, SERIES} <= {*aside.tables, *({AREAS, SERIES} - set(aside.sheets))}:
        raise ExtractError(
            "ONS-CONTRADICTORY",
            "; ".join(aside.told),
            "Table 1 or Table 3 without contradictions, to hold the other tables to",
            AGAIN,
        )
    return _left(parsed, aside)


def _left(parsed: ParsedExtract, aside: _Aside) -> ParsedExtract:
    frame = parsed.frame
    dropped = frame["table_number"].isin(aside.tables)
    for number, rows in aside.rows.items():
        dropped |= (frame["table_number"] == number) & frame["source_row"].isin(rows)
    read = [n for n in parsed.metadata[TABLES].split(", ") if n not in aside.tables]
    left = without(parsed, dropped, aside.told)
    return replace(left, metadata={**left.metadata, TABLES: ", ".join(read)})


def _rows_alone(parsed: ParsedExtract, aside: _Aside) -> None:
    """Set aside what a row or a cell says that cannot be."""
    frame = parsed.frame
    wrong = {
        "a row that stands twice": frame.duplicated(_KEY, keep=False),
        "a negative figure": frame["value"] < 0,
    }
    for said, cells in wrong.items():
        for number, rows in frame[cells].groupby("table_number")["source_row"]:
            if number in (AREAS, SERIES):
                aside.add(str(number), said, set(rows))
            else:
                aside.table(str(number), f"{said} in row {rows.iloc[0]}")
    printed = tables(parsed)[AREAS]
    if AREAS in aside.sheets:
        for measure, names in AREA_COUNTS.items():
            if not printed.has(names):
                aside.table(AREAS, f"no column of {measure.replace('_', ' ')}")
    for number in (SERIES, AREAS):
        table = tables(parsed)[number].wide({}, [])
        for said, broken in wrong_rows(parsed, number):
            if broken.any():
                aside.add(number, said, table["source_row"][broken].tolist())


def _areas(parsed: ParsedExtract, aside: _Aside) -> Doubts:
    """Set aside what the sums of Table 3 contradict; returns which of its cells a sum holds."""
    if AREAS in aside.tables or AREAS not in aside.sheets:
        return Doubts()
    rows = areas_of(parsed)
    union = () if rows["area_code"].isin(UNIONS).any() else (" or ".join(UNIONS),)
    missing = missing_areas(rows, "area_code", (*REQUIRED_AREAS, *union))["missing"]
    if len(missing):
        aside.table(AREAS, f"no row of {', '.join(missing)}")
        return Doubts()
    rows = rows.copy()
    rows.loc[rows["source_row"].isin(aside.rows[AREAS]), list(AREA_COUNTS)] = float("nan")
    found = doubts(rows)
    numbers = rows["source_row"].to_numpy()
    for said, wrong in found.found:
        aside.add(AREAS, said, numbers[list(wrong)].tolist())
    return found


def _groups(parsed: ParsedExtract, aside: _Aside) -> None:
    for number in GROUPED:
        for row in do_not_add_up(parsed, number).to_dict("records")[:1]:
            aside.table(
                number,
                f"{row['of']} with {row['sum']:,.0f} "
                f"{str(row['source_column']).replace('_', ' ')} of the {row['printed']:,.0f} in "
                f"row {row['source_row']}",
            )


def _series_beside_areas(parsed: ParsedExtract, aside: _Aside, found: Doubts) -> None:
    """Set aside the last year of Table 1 where Table 3 states other totals of it."""
    series = aside.left(tables(parsed)[SERIES].wide(SERIES_COUNTS, ["year", "edition"]), SERIES)
    series = series[series["year"] == series["edition"]]
    areas = aside.left(areas_of(parsed), AREAS)
    areas = areas[areas["area_code"] == UNIONS[0]]
    for year, union in zip(series.to_dict("records"), areas.to_dict("records"), strict=False):
        for measure in AREA_COUNTS:
            here, there = year[measure], union[measure]
            if here == here and there == there and here != there:
                said = f"{here:,.0f} {measure.replace('_', ' ')}, {there:,.0f} in Table 3,"
                aside.add(SERIES, said, [int(year["source_row"])])
                if (areas.index[0], measure) not in found.confirmed:
                    said = f"{there:,.0f} {measure.replace('_', ' ')}, {here:,.0f} in Table 1,"
                    aside.add(AREAS, said, [int(union["source_row"])])


def _totals(parsed: ParsedExtract, aside: _Aside, found: Doubts) -> None:
    """Set tables aside whose totals are others than those of Tables 1 and 3.

    What these print is set aside, too, where nothing else holds it.
    """
    areas = aside.left(areas_of(parsed), AREAS)
    wrong = totals_disagree(parsed, aside.left(series_of(parsed), SERIES), areas)
    held = areas["area_code"].eq(UNIONS[0]).any()
    for row in wrong.to_dict("records"):
        number, other, measure = str(row["number"]), str(row["other"]), str(row["measure"])
        words = measure.replace("_", " ")
        if number not in aside.tables:
            said = f"{row['here']:,.0f} {words}, {row['there']:,.0f} in Table {other},"
            aside.add(number, f"{said} in row {row['source_row']}")
        if not (held if other == SERIES else (row["position"], measure) in found.confirmed):
            said = f"{row['there']:,.0f} {words}, {row['here']:,.0f} in Table {number},"
            aside.add(other, said, [int(row["source_row_there"])])
