"""What the rates need before anything is summed, with messages for people."""

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
    """Check what the rates need and the contracts of the core tables do not promise.

    Raises:
        RatesInputError: A table is absent, or a series has no policy in the country of an area.
    """
    require(con, REQUIRED)
    rows = con.execute(sql_of(__file__, "inputs")).fetchall()
    if rows:
        listed = "; ".join(f"{family} in {country}" for family, country in rows[:_SHOWN])
        more = f" and {len(rows) - _SHOWN} more" if len(rows) > _SHOWN else ""
        raise RatesInputError(
            f"core.observations: a series of a country that it is not about: {listed}{more}. "
            "Correct the area, or add the country to the series in FAMILY_COUNTRIES with its "
            "policy."
        )


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
