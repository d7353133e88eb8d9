"""Tables by weeks of gestation of a real workbook of the ONS, as counts of core."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import duckdb
from python_calamine import CalamineWorkbook

from assets.core.observations.weeks import add_from_weeks
from assets.schema.registry import table
from assets.state.warehouse import replace_table, sql_of
from tests.component.rates.core_tables import CoreTables

WORKBOOK = Path("ons", "workbooks", "cim2022deathcohortworkbook.xlsx")
FAMILY = "ons_linked_births"
AREAS = {"17": "K04000001, J99000001", "22": "E92000001", "26": "W92000004"}
_COUNTS = {
    "Live births": "live_births",
    "Stillbirths": "stillbirths",
    "Early neonatal deaths": "early_neonatal_deaths",
    "Late neonatal deaths": "late_neonatal_deaths",
    "Postneonatal deaths": "postneonatal_deaths",
    "Infant deaths": "infant_deaths",
}
_WEEKS = {
    "Under 22 weeks & birthweight <1000g": "under_22",
    "42 and over": "42_and_over",
    "Inconsistent with birthweight": "inconsistent",
    "Not stated": "not_stated",
    "Unlinked deaths": "unlinked",
}
HALVES = ("under_24", "24_and_over", "not_stated_or_inconsistent", "unlinked")
Cell = tuple[int, str, str, float | None, str]
"""Year, count, group of weeks, value and status."""


def rows_of(shared_data: Path, sheet: str) -> list[list[object]]:
    """Return the rows of one sheet."""
    book = CalamineWorkbook.from_path(str(shared_data / WORKBOOK))
    return [list(row) for row in book.get_sheet_by_name(sheet).to_python()]


def single_weeks(rows: list[list[object]]) -> Iterator[Cell]:
    """Yield the cells of Table 17."""
    start = next(n for n, row in enumerate(rows) if row[0] == "Gestational age (weeks)")
    names = [str(name).strip() for name in rows[start]]
    for row in rows[start + 1 :]:
        text = str(row[0]).strip().removesuffix(".0").removesuffix(" weeks")
        group = "all" if text == "All" else _WEEKS.get(text, text)
        for place, name in enumerate(names):
            if name in _COUNTS:
                yield (2022, _COUNTS[name], group, *_value(row[place]))


def halves(rows: list[list[object]]) -> Iterator[Cell]:
    """Yield the counts of Table 22 or 26."""
    start = next(n for n, row in enumerate(rows) if row[0] == "Year")
    for row in rows[start + 1 :]:
        year = int(str(row[0]).removesuffix(".0"))
        for first, measure in ((1, "live_births"), (5, "neonatal_deaths")):
            for offset, group in enumerate(("all", *HALVES)):
                if measure == "neonatal_deaths" or group != "unlinked":
                    yield (year, measure, group, *_value(row[first + offset]))


def core_of(cells: Mapping[str, Iterator[Cell]]) -> CoreTables:
    """Return core tables with cells by area."""
    core = CoreTables()
    for area, found in cells.items():
        kind = "country_group" if area.startswith("K") else "country"
        for year, measure, group, value, status in found:
            stratum = ("all", "all") if group == "all" else ("gestation", group)
            core.count(
                area, year, measure, value, family=FAMILY, kind=kind, status=status, stratum=stratum
            )
    return core


def written(core: CoreTables) -> duckdb.DuckDBPyConnection:
    """Write core tables, with what counts by weeks add up to."""
    con = core.write()
    con.execute(
        "CREATE TEMP TABLE harmonised AS SELECT *, 'count' AS kind, 1 AS vintage_position, "
        "0 AS precedence, CAST(NULL AS BIGINT) AS rate_per, CAST(NULL AS BIGINT) AS decimals "
        "FROM core.observations"
    )
    add_from_weeks(con)
    from assets.core.observations import counts

    replace_table(con, table("core.observations"), sql_of(counts.__file__, "observations"))
    return con


def _value(cell: object) -> tuple[float | None, str]:
    if isinstance(cell, float):
        return cell, "ok"
    return None, {"[z]": "not_applicable", "[x]": "missing"}[str(cell)]
