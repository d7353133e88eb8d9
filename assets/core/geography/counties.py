"""Counties of the United States: a code says its state, an extract says its name.

The registry lists the counties that regions and claims speak of. Every other county is an area as
soon as an extract or a declared region has it: nobody has to write it down first.
"""

from __future__ import annotations

import re
from functools import cache

import duckdb

from assets.archive.producer import Areas
from assets.core import absent_staging
from assets.core.geography.area_registry import Area, areas
from assets.producers.catalogue import STAGED
from assets.state.warehouse import sql_of

_CODE = re.compile(r"[0-9]{5}")
_POOLED = "999"
_PLANNING_REGION = re.compile(r"091[1-9]0")
_SOURCE = "FIPS county code; name as the extracts print it"
_SOURCES = {
    "unidentified_counties": "CDC WONDER: all counties of the state that it does not identify",
    "planning_region": "FIPS code of a planning region, county equivalent of Connecticut since "
    "2022; name as the extracts print it",
}


@cache
def _states() -> dict[str, Area]:
    """Return states and territories by their FIPS code of two digits."""
    return {a.fips: a for a in areas().values() if a.kind in ("state", "territory")}


def state_of_county(code: str) -> Area | None:
    """Return the state or territory that a county code lies in, or ``None`` for any other code."""
    return _states().get(code[:2]) if _CODE.fullmatch(code) else None


def is_pooled(code: str) -> bool:
    """Return whether a code stands for all unidentified counties of a state."""
    return state_of_county(code) is not None and code.endswith(_POOLED)


def county(code: str, label: str = "") -> Area:
    """Return the area of a county code.

    Args:
        code: FIPS code of five digits.
        label: Name as an extract prints it, ``Jefferson County, AL``; empty where none does.

    Raises:
        LookupError: The code is of no state or territory.
    """
    state = state_of_county(code)
    if state is None:
        raise LookupError(f"{code!r} is no county code: no state has the FIPS code {code[:2]!r}")
    kind = "unidentified_counties" if is_pooled(code) else "county"
    usual = "Unidentified Counties" if is_pooled(code) else f"County {code}"
    # 'Jefferson County, AL' and 'Jefferson County, Alabama' are one name.
    name = label.strip().removesuffix(f", {state.code[3:]}").removesuffix(f", {state.name}")
    is_planning_region = _PLANNING_REGION.fullmatch(code) is not None
    return Area(
        code,
        f"{name or usual}, {state.name}",
        kind,
        "US",
        state.code,
        state.region,
        "2022-01-01" if is_planning_region else "",
        "",
        (),
        _SOURCES.get("planning_region" if is_planning_region else kind, _SOURCE),
        code,
    )


def counties_of(con: duckdb.DuckDBPyConnection) -> list[Area]:
    """Return the counties that staged extracts have and the registry does not list.

    Two extracts may spell a county in two ways: the name of the newest data year is used.

    Args:
        con: Connection to a warehouse; a staging table that is not there has no counties.
    """
    absent_staging.create_absent(con)
    codes = [_codes(s.table.full_name, s.areas) for s in STAGED.values() if s.areas]
    query = sql_of(__file__, "counties").replace(
        "{counties}", " UNION ALL BY NAME ".join(filter(None, codes))
    )
    rows = con.execute(query).fetchall()
    return [
        county(code, label or "")
        for code, label in rows
        if code not in areas() and state_of_county(code) is not None
    ]


def _codes(table: str, named: Areas) -> str:
    """Return the query of the county codes of a staging table, empty where it has none."""
    code, label = named.county_column, named.county_name_column
    return code and (
        f"SELECT DISTINCT {code} AS area_code, {named.year_column} AS year, vintage_id, "
        f"{f'nullif(trim({label}), $$$$)' if label else 'NULL'} AS label "
        f"FROM {table} WHERE regexp_full_match({code}, '[0-9]{{5}}')"
    )
