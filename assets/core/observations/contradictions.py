"""Compare supplied counts with official ones of the same area, year and measure."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack

import duckdb
import pandas as pd

from assets.archive.dataset import Dataset, ParsedExtract
from assets.archive.errors import ExtractContradiction, ExtractError
from assets.state.home import Home
from assets.state.warehouse import WarehouseBusyError, connect, sql_of, table_exists

SUPPLIED = "local_area_counts"
"""Dataset whose counts are supplied by others than the producers of the official series."""

_OBSERVATIONS = "core.observations"
_SHOWN = 20


def contradictions_sql(supplied: str, official: str = _OBSERVATIONS) -> str:
    """Return the query that compares supplied counts with official ones.

    Args:
        supplied: Query of the supplied counts; ``contradictions.sql`` names its columns.
        official: Relation with the columns of ``core.observations``.
    """
    query = sql_of(__file__, "contradictions").replace(
        "{allowance}", allowance("value", "official")
    )
    return query.replace("{supplied}", supplied).replace("{official}", official)


def allowance(one: str, other: str) -> str:
    """Return SQL for how far two counts of the same events may be apart by chance and revision."""
    return f"greatest(5 * sqrt({one} + {other}), 0.05 * greatest({one}, {other}))"


def judge_official(home: Home) -> Callable[[Dataset, ParsedExtract, str], list[ExtractError]]:
    """Return the judge that compares supplied counts with the official ones of the last run.

    Where no run has counted yet, or the database is in use elsewhere, nothing is said here; the
    rule CORE-CONTRADICTS judges every run, and also official figures that come later.
    """

    def judge(dataset: Dataset, parsed: ParsedExtract, file_name: str) -> list[ExtractError]:
        if dataset.dataset_id != SUPPLIED or parsed.frame.empty or not home.warehouse.is_file():
            return []
        with ExitStack() as stack:
            try:
                con = stack.enter_context(connect(home.warehouse, read_only=True))
            except (WarehouseBusyError, duckdb.Error):
                return []
            if not table_exists(con, _OBSERVATIONS):
                return []
            return contradictions(con, parsed.frame, file_name)

    return judge


def contradictions(
    con: duckdb.DuckDBPyConnection, frame: pd.DataFrame, file_name: str
) -> list[ExtractError]:
    """Return one error for all counts of an extract that contradict official ones.

    Args:
        con: Open connection to a warehouse with ``core.observations``.
        frame: Staging rows of the extract (``staging.local_counts``).
        file_name: Name of the file, for the message.
    """
    cells = frame[frame["value"].notna()]
    con.register("supplied_cells", cells)
    try:
        found = con.execute(
            "SELECT area_code, year(period_start), year(period_end), measure, stratum, value, "
            f"official, official_family FROM ({contradictions_sql(_FROM_STAGING)}) "
            "WHERE contradicts "
            "ORDER BY abs(value - official) / greatest(value, official) DESC, 1, 2, 4, 5"
        ).fetchall()
        compared = con.execute(
            f"SELECT count(*) FROM ({contradictions_sql(_FROM_STAGING)}) WHERE area_code <> '*'"
        ).fetchall()[0][0]
    finally:
        con.unregister("supplied_cells")
    if not found:
        return []
    listed = [_described(row) for row in found]
    first = found[0]
    same = (cells["area"] == first[0]) & (cells["source_column"] == first[3])
    place = cells[same & (cells["year"] == str(first[1]))]
    return [
        ExtractContradiction(
            "LOCAL-CONTRADICTS",
            f"{len(found):,} of {compared:,} comparable counts: {'; '.join(listed[:3])}",
            "counts that differ from the official ones of the same area, year and measure by no "
            "more than chance and revision allow (docs/methods.md)",
            "Look for a column of another unit, rates or several years, or another area. If the "
            "supplied counts are right, take them in with: imr ingest FILE --accept 'reason'.",
            file_name,
            row=int(place.iloc[0]["source_row"]) if len(place) else None,
            column=str(first[3]),
            details={"contradictions": listed[:_SHOWN], "count": len(found)},
        )
    ]


_FROM_STAGING = (
    "SELECT 'arriving' AS vintage_id, area AS area_code, make_date(year::BIGINT, 1, 1) AS "
    "period_start, make_date(year::BIGINT, 12, 31) AS period_end, source_column AS measure, "
    "stratum_type, stratum, value FROM supplied_cells"
)


def _described(row: tuple[object, ...]) -> str:
    area, first, last, measure, stratum, value, official, family = row
    where = "all areas and years together" if area == "*" else f"{area} {first}"
    group = "" if stratum == "all" else f", {stratum}"
    return f"{where}{group}: {measure} {value:,.10g}, {family} has {official:,.10g}"
