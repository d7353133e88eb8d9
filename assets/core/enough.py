"""Whether the archive has enough to make a rate of, and what it has where it has not."""

from __future__ import annotations

import duckdb

from assets.state.warehouse import table_exists

_BIRTHS = "measure = 'live_births'"
_DEATHS = "(measure LIKE '%deaths' OR measure = 'stillbirths')"


class NothingToCountError(LookupError):
    """Nothing can be published: what a rate is made of is not there, or is all withheld."""


def refuse_nothing(con: duckdb.DuckDBPyConnection) -> None:
    """Refuse counts that no rate can be made of.

    Raises:
        NothingToCountError: There is no number of births, or none of deaths.
    """
    births, deaths = _held(con, _BIRTHS), _held(con, _DEATHS)
    if births and deaths:
        return
    if births or deaths:
        held = f"births ({births}) and no deaths" if births else f"deaths ({deaths}) and no births"
        raise NothingToCountError(f"the archive has {held}; a rate needs both.")
    raise NothingToCountError(
        "the archive has no births and no deaths; expected births and deaths from at least one "
        "source. Nothing can be published. imr sources shows which datasets are empty and what "
        "failed; docs/runbook.md, 'The first live run', names what is enough for a first release."
    )


def refuse_no_rates(con: duckdb.DuckDBPyConnection, name: str = "rates.rates") -> None:
    """Refuse a table of rates without one rate.

    Args:
        con: Open connection to the warehouse.
        name: ``rates.rates``, or ``published.rates`` after disclosure control.

    Raises:
        NothingToCountError: No row has a rate.
    """
    if con.execute(f"SELECT count(rate) FROM {name}").fetchall()[0][0]:
        return
    births, deaths = _held(con, _BIRTHS), _held(con, _DEATHS)
    if name == "rates.rates":
        raise NothingToCountError(
            f"the archive has births ({births}) and deaths ({deaths}), but none that are of the "
            "same series, area and time; a rate needs both."
        )
    raise NothingToCountError(
        f"every rate of the births ({births}) and deaths ({deaths}) in the archive is withheld, "
        "because its counts are too small to be shown."
    )


def why_nothing(con: duckdb.DuckDBPyConnection) -> str:
    """Return why nothing can be published of what a run has built, or empty where something can."""
    if not table_exists(con, "core.observations"):
        return ""
    try:
        refuse_nothing(con)
        for name in ("rates.rates", "published.rates"):
            if table_exists(con, name):
                refuse_no_rates(con, name)
    except NothingToCountError as error:
        return str(error)
    return ""


def _held(con: duckdb.DuckDBPyConnection, condition: str) -> str:
    """Return which datasets state such counts, and of which years; empty where none does."""
    rows = con.execute(
        "SELECT split_part(vintage_id, '@', 1) AS dataset, min(year(period_end)), "
        f"max(year(period_end)) FROM core.observations WHERE {condition} AND value IS NOT NULL "
        "GROUP BY dataset ORDER BY dataset"
    ).fetchall()
    return ", ".join(
        f"{dataset} {first}" if first == last else f"{dataset} {first} to {last}"
        for dataset, first, last in rows
    )
