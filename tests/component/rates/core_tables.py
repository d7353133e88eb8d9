"""Small core tables in memory, for tests of everything that stands on them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import date
from typing import Any

import duckdb

from assets.rates.measures import RatePolicy, rate_policies
from assets.state.warehouse import in_memory
from tests.component.release import hand_made
from tests.emptied import emptied

ORIGIN = {
    "rounded_to": 1,
    "correction_id": None,
    "dataset_id": "test",
    "vintage_id": "test@0",
    "source_sheet": "sheet",
    "source_row": 1,
    "source_column": "column",
    "raw_text": None,
}


def fixed_births_from(year: int) -> tuple[RatePolicy, ...]:
    """The shipped policies, with births taken as exact in ``nchs_linked`` from a year on."""
    shipped = next(p for p in rate_policies() if "nchs_linked" in p.source_families)
    others = tuple(f for f in shipped.source_families if f != "nchs_linked")
    rest = tuple(p for p in rate_policies() if p is not shipped)
    linked = replace(shipped, source_families=("nchs_linked",))
    return (
        *rest,
        replace(shipped, source_families=others),
        replace(linked, effective_to=f"{year - 1}-12-31"),
        replace(linked, effective_from=f"{year}-01-01", interval="ohid"),
    )


_kept: ExitStack | None = None
"""Warehouses of the test that is under way; another test gets them emptied."""


@contextmanager
def of_one_test() -> Iterator[None]:
    """Empty at the end of the block the warehouses that were written in it."""
    global _kept
    with ExitStack() as _kept:
        yield
    _kept = None


class CoreTables:
    """Collects counts, areas, regions, breaks and pools, and writes them as core tables."""

    def __init__(self) -> None:
        self.observations: list[dict[str, Any]] = []
        self.areas: dict[tuple[str, str], dict[str, Any]] = {}
        self.members: list[dict[str, Any]] = []
        self.breaks: list[dict[str, Any]] = []
        self.pools: list[dict[str, Any]] = []
        self.printed: list[dict[str, Any]] = []

    def area(
        self,
        code: str,
        kind: str = "state",
        vintage: str = "US",
        name: str | None = None,
        *,
        parent: str | None = None,
    ) -> None:
        country = "US" if vintage == "US" else "EW"
        self.areas[code, vintage] = {
            "area_code": code,
            "geography_vintage": vintage,
            "area_name": name or f"Area {code}",
            "area_type": kind,
            "country": country,
            "parent_code": parent,
            "region_code": None,
            "valid_from": None,
            "valid_to": None,
            "predecessors": None,
            "source": "test",
        }

    def count(
        self,
        area: str,
        period: int | tuple[str, str, str],
        measure: str,
        value: float | None,
        *,
        family: str = "nchs_linked",
        vintage: str | None = None,
        kind: str = "state",
        status: str = "ok",
        stratum: tuple[str, str] = ("all", "all"),
        provisional: bool = False,
        rounded_to: int = 1,
    ) -> None:
        boundary = vintage or ("EW" if family.startswith("ons_") else "US")
        if (area, boundary) not in self.areas:
            self.area(area, kind, boundary)
        if isinstance(period, int):
            period = ("year", f"{period}-01-01", f"{period}-12-31")
        self.observations.append(
            {
                **ORIGIN,
                "country": self.areas[area, boundary]["country"],
                "source_family": family,
                "area_code": area,
                "geography_vintage": boundary,
                "period_type": period[0],
                "period_start": date.fromisoformat(period[1]),
                "period_end": date.fromisoformat(period[2]),
                "measure": measure,
                "stratum_type": stratum[0],
                "stratum": stratum[1],
                "value": value if status == "ok" else None,
                "status": status,
                "is_provisional": provisional,
                "rounded_to": rounded_to,
            }
        )

    def infant(
        self,
        area: str,
        period: int | tuple[str, str, str],
        deaths: float | None,
        births: float | None,
        **options: Any,
    ) -> None:
        """Add infant deaths and live births; ``None`` leaves the count out."""
        if deaths is not None:
            self.count(area, period, "infant_deaths", deaths, **options)
        if births is not None:
            self.count(area, period, "live_births", births, **options)

    def region(self, code: str, members: list[str], vintage: str = "US") -> None:
        self.area(code, "custom_region", vintage)
        for member in members:
            self.members.append(
                {
                    "region_code": code,
                    "geography_vintage": vintage,
                    "member_code": member,
                    "definition": "test.yaml",
                }
            )

    def pool(self, family: str, area: str, first: int, last: int) -> None:
        self.pools.append(
            {
                "pool_id": f"pool-{len(self.pools)}",
                "source_family": family,
                "area_code": area,
                "first_year": first,
                "last_year": last,
                "reason": "test",
            }
        )

    def series_break(
        self, family: str, area: str, year: int, measure: str = "infant_mortality"
    ) -> None:
        self.breaks.append(
            {
                "source_family": family,
                "measure": measure,
                "area_code": area,
                "first_year": year,
                "kind": "definition",
                "reason": "counted otherwise",
                "source": "test",
            }
        )

    def write(self) -> duckdb.DuckDBPyConnection:
        con = _kept.enter_context(emptied()) if _kept is not None else in_memory()
        for name, rows in (
            ("observations", self.observations),
            ("areas", list(self.areas.values())),
            ("region_members", self.members),
            ("series_breaks", self.breaks),
            ("pools", self.pools),
            ("printed_rates", self.printed),
        ):
            hand_made.write(con, f"core.{name}", rows)
        return con


def rates(
    con: duckdb.DuckDBPyConnection, where: str = "true", relation: str = "rates.rates"
) -> list[dict[str, Any]]:
    """Return rows of a table as mappings, in order of area and period."""
    cursor = con.execute(
        f"SELECT * FROM {relation} WHERE {where} ORDER BY area_code, period_end, period_start"
    )
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def printed_of(row: dict[str, Any]) -> str:
    """Return the number of a rate as it is printed, without its unit."""
    return str(row["rate_text"]).partition(" ")[0]


def one(
    con: duckdb.DuckDBPyConnection, where: str, relation: str = "rates.rates"
) -> dict[str, Any]:
    """Return the only row that the condition is true for."""
    found = rates(con, where, relation)
    assert len(found) == 1, f"{len(found)} rows for {where}"
    return found[0]
