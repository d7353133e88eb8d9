"""What the counts must satisfy before anything is summed, with messages for people."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from assets.state.warehouse import sql_of, table_exists

REQUIRED = (
    "core.observations",
    "core.areas",
    "core.region_members",
    "core.series_breaks",
    "core.pools",
)
_SHOWN = 5


class RatesInputError(ValueError):
    """The core tables cannot be turned into rates; the message says what to do."""


def check(con: duckdb.DuckDBPyConnection) -> None:
    """Check the inputs of the rates.

    Raises:
        RatesInputError: A table is absent, a count occurs twice, an area is unknown, a status and
            its value contradict each other, a year is not a whole calendar year, or a series has no
            policy in the country of an area.
    """
    require(con, REQUIRED)
    for statement in duckdb.extract_statements(sql_of(__file__, "inputs")):
        rows = con.execute(statement).fetchall()
        if rows:
            raise RatesInputError(_message(rows))


def require(con: duckdb.DuckDBPyConnection, names: Sequence[str]) -> None:
    """Check that tables exist.

    Raises:
        RatesInputError: One does not; the message says what to build first.
    """
    absent = [name for name in names if not table_exists(con, name)]
    if absent:
        raise RatesInputError(
            f"{', '.join(absent)} not found in the warehouse. Expected the tables that this one "
            "is made of to be there; build them first."
        )


def _message(rows: list[tuple[object, ...]]) -> str:
    rule, remedy = rows[0][0], rows[0][1]
    keys = "; ".join(str(row[2]) for row in rows[:_SHOWN])
    more = f" and {len(rows) - _SHOWN} more" if len(rows) > _SHOWN else ""
    return f"core.observations: {rule}: {keys}{more}. {remedy}"
