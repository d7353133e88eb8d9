"""Check that the archive has births and deaths to make a rate of."""

from __future__ import annotations

import duckdb

from assets.state.warehouse import table_exists

_BIRTHS = "measure = 'live_births'"
_DEATHS = "(measure LIKE '%deaths' OR measure = 'stillbirths')"


class NothingToCountError(LookupError):
    """Nothing can be published: births or deaths are missing, or all of them are withheld."""


def refuse_nothing(con: duckdb.DuckDBPyConnection) -> None:
    """Raise if no rate can be made of the counts.

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
    """Raise if a table of rates has no rate.

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
    """Return why nothing can be published after a run, or an empty text."""
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
    """Return which datasets have such counts and for which years, or an empty text."""
    rows = con.execute(
        "SELECT split_part(vintage_id, '@', 1) AS dataset, min(year(period_end)), "
        f"max(year(period_end)) FROM core.observations WHERE {condition} AND value IS NOT NULL "
        "GROUP BY dataset ORDER BY dataset"
    ).fetchall()
    return ", ".join(
        f"{dataset} {first}" if first == last else f"{dataset} {first} to {last}"
        for dataset, first, last in rows
    )
