"""Rates beside dated targets and external benchmarks."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import duckdb
import pandas as pd

from assets.rates.definitions import Definition
from assets.rates.inputs import require
from assets.rates.measures import measures
from assets.schema.registry import METHOD_VERSION, table
from assets.state.warehouse import replace_table, sql_of
from assets.text.yaml_file import read_yaml

_FILE = Path(__file__).parent / "targets.yaml"


@dataclass(frozen=True)
class Target:
    """A dated target or benchmark of a measure, in the measure's unit."""

    target_id: str
    kind: str
    measure: str
    value: float
    source: str
    baseline: float | None
    gestation_from: str


@cache
def targets() -> tuple[Target, ...]:
    """Return the declared targets and benchmarks."""
    return tuple(
        Target(
            target_id=entry["target_id"],
            kind=entry["kind"],
            measure=entry["measure"],
            value=float(entry["value"]),
            source=entry["source"],
            baseline=entry["baseline"],
            gestation_from=entry.get("gestation_from", ""),
        )
        for entry in read_yaml(_FILE)
    )


def target_definitions() -> list[Definition]:
    """Return what each target or benchmark is, and where it was published."""
    units = {m.name: m.rate_per for m in measures()}
    return [
        Definition(
            t.target_id,
            t.kind,
            f"{t.kind.capitalize()} for {_measured(t)}: {t.value:g} per {units[t.measure]:,}",
            t.source,
        )
        for t in targets()
    ]


def _measured(target: Target) -> str:
    """Return what the target is about, in words."""
    named = target.measure.replace("_", " ")
    if not target.gestation_from:
        return named
    return f"{named} from {target.gestation_from.replace('_', ' ')} of gestation on"


def build_targets(con: duckdb.DuckDBPyConnection) -> int:
    """Replace ``rates.targets`` from ``rates.rates``; returns the row count."""
    require(con, ("rates.rates",))
    frame = pd.DataFrame(
        [
            {
                "target_id": entry["target_id"],
                "target_kind": entry["kind"],
                "measure": entry["measure"],
                "stratum_type": "gestation_from" if entry.get("gestation_from") else "all",
                "stratum": entry.get("gestation_from", "all"),
                "country": entry["country"],
                "area_types": entry["area_types"],
                "areas": entry.get("areas"),
                "target_value": float(entry["value"]),
                "baseline": float(entry["baseline"]) if entry["baseline"] else float("nan"),
                "share_for": entry["share_for"],
                "first_year": entry["first_year"],
            }
            for entry in read_yaml(_FILE)
        ]
    )
    con.register("method_targets", frame)
    try:
        select = sql_of(__file__, "targets").replace("{method_version}", METHOD_VERSION)
        return replace_table(con, table("published.targets"), select, schema="rates")
    finally:
        con.unregister("method_targets")
