"""The release gate: only content with complete, passing evidence is published.

Evidence is demanded for the content hash of every table, so it makes no difference which part of
the pipeline ran before, or whether somebody changed a table by hand since.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import duckdb

from assets.disclosure.cells import Cell
from assets.disclosure.dropped import Drop, drop_of
from assets.disclosure.patterns import audit
from assets.schema.model import Layer, Table
from assets.schema.registry import table, tables_of
from assets.schema.strata.vocabulary import ALL
from assets.schema.tables.published import OF_THE_RELEASE
from assets.state.evidence import PASSING, RuleResult, load_each
from assets.state.made import hashes_of
from assets.state.warehouse import table_exists

_SHOWN = 5


@dataclass(frozen=True)
class Obstacle:
    """One reason not to publish.

    Attributes:
        table: Table that it concerns.
        rule: Rule, or what the gate itself found.
        reason: What was found.
        rows: First offending rows.
        remedy: What to do.
    """

    table: str
    rule: str
    reason: str
    remedy: str
    rows: Sequence[Mapping[str, object]] = ()

    def __str__(self) -> str:
        """Return table, rule, finding, rows and remedy."""
        lines = [f"{self.table}: [{self.rule}] {self.reason}"]
        lines += [
            "    " + ", ".join(f"{k}={v}" for k, v in row.items())
            for row in list(self.rows)[:_SHOWN]
        ]
        lines.append(f"  what to do: {self.remedy}")
        return "\n".join(lines)


class GateClosedError(RuntimeError):
    """The release may not be published; lists every obstacle."""

    def __init__(self, obstacles: Sequence[Obstacle]) -> None:
        """Keep the obstacles and say all of them."""
        self.obstacles = tuple(obstacles)
        count = len(obstacles)
        super().__init__(
            f"Nothing was published: {count} obstacle{'s' if count != 1 else ''}.\n"
            + "\n".join(map(str, obstacles))
        )


def released_tables() -> tuple[str, ...]:
    """Return the full names of the tables that need evidence before a release."""
    return tuple(t.full_name for t in tables_of(Layer.PUBLISHED) if t.name not in OF_THE_RELEASE)


def current_hashes(con: duckdb.DuckDBPyConnection, names: Collection[str]) -> dict[str, str]:
    """Return the content hash, over all columns, of every table that exists."""
    return hashes_of(con, {name: _spec(name) for name in sorted(names)})


def check_gate(
    con: duckdb.DuckDBPyConnection,
    required: Mapping[str, Collection[str]],
    *,
    history: Sequence[Path] = (),
    hashes: Mapping[str, str] | None = None,
    dropped: Sequence[Drop] = (),
) -> None:
    """Let a release pass, or say why not.

    Args:
        con: Open connection to the warehouse.
        required: Rules that must have been evaluated, by full table name.
        history: Folders of earlier releases, for the disclosure audit.
        hashes: Content hashes if they are known already.
        dropped: Counts that were given up.

    Raises:
        GateClosedError: Evidence is missing, incomplete, stale or failed, or what would be
            published gives a withheld count away.
    """
    names = {*released_tables(), *required}
    known = hashes if hashes is not None else current_hashes(con, names)
    evidence = load_each(con, known)
    obstacles: list[Obstacle] = []
    for name in sorted(names):
        stored = evidence.get(name, ())
        obstacles += _evidence_obstacles(name, known.get(name), required.get(name, ()), stored)
    if not obstacles:
        obstacles += _disclosure_obstacles(con, history, dropped)
    if obstacles:
        raise GateClosedError(obstacles)


def _evidence_obstacles(
    name: str, content: str | None, rules: Collection[str], stored: Iterable[RuleResult]
) -> list[Obstacle]:
    if content is None:
        return [
            Obstacle(name, "GATE-TABLE", "the table does not exist", "Run the whole job: imr run")
        ]
    if not rules:
        return [
            Obstacle(
                name,
                "GATE-RULES",
                "no rule is declared for the table",
                "Declare its expectations; a table without any is not published.",
            )
        ]
    results = {r.rule_id: r for r in stored}
    missing = sorted(set(rules) - set(results))
    obstacles = [_failed(name, r) for r in results.values() if r.blocks]
    if missing:
        obstacles.append(
            Obstacle(
                name,
                ", ".join(missing[:_SHOWN]) + (" …" if len(missing) > _SHOWN else ""),
                f"{len(missing)} of {len(set(rules))} rules have not been evaluated for exactly "
                f"this content ({content[:12]}…)",
                "Run the checks again, e.g. with: imr run",
            )
        )
    return obstacles


def _failed(name: str, result: RuleResult) -> Obstacle:
    seen = result.observed or f"{result.failing_count} offending rows"
    expected = f"; expected {result.expected}" if result.expected else ""
    verb = "was not evaluated" if result.outcome == "not_evaluated" else result.outcome
    if result.outcome not in PASSING and result.outcome != "not_evaluated":
        verb = "failed"
    return Obstacle(
        name,
        result.rule_id,
        f"{verb}: {result.message} Saw {seen}{expected}.",
        result.remedy,
        tuple(result.failing_keys),
    )


def _disclosure_obstacles(
    con: duckdb.DuckDBPyConnection, history: Sequence[Path], dropped: Sequence[Drop]
) -> list[Obstacle]:
    leaks = audit(con, history, dropped)
    if not leaks:
        return []
    # The counts themselves stay out of the message: it ends in logs.
    areas = _area_names(con)
    past = [cast(Cell, leak.cell) for leak in leaks if leak.is_past]
    now = [cast(Cell, leak.cell) for leak in leaks if not leak.is_past]
    set_that_would_do = " ".join(f"--drop '{drop}'" for drop in dict.fromkeys(map(drop_of, past)))
    found = (
        (
            now,
            "withheld counts that can be computed from what would be published and what earlier "
            "releases show",
            "Look at what is shown of that area beside it: imr show rates --where "
            "\"area_code = '…'\". Withhold a further year, area or window of this series, or "
            "leave the area out.",
        ),
        (
            past,
            "withheld counts that earlier releases give away, whatever is withheld now",
            "It cannot be taken back. These stay withheld, and everything else is published, with "
            f"imr run {set_that_would_do}. The choice is kept; on_infeasible: drop in "
            "assets/disclosure/disclosure_policies.yaml makes it for a whole series.",
        ),
    )
    return [
        Obstacle(
            "published.rates",
            "GATE-DISCLOSURE",
            f"{what}: {len(cells)}"
            + (f"; the first {_SHOWN} of them" if len(cells) > _SHOWN else ""),
            remedy,
            tuple(_named(cell, areas) for cell in cells),
        )
        for cells, what, remedy in found
        if cells
    ]


def _spec(name: str) -> Table:
    layer, _, short = name.partition(".")
    return table(f"published.{short}" if layer == Layer.RATES else name)


def _area_names(con: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Return the name of every area by its code, as far as they are known."""
    if not table_exists(con, "core.areas"):
        return {}
    return dict(
        con.execute("SELECT area_code, max(area_name) FROM core.areas GROUP BY 1").fetchall()
    )


def _named(cell: Cell, areas: Mapping[str, str]) -> dict[str, object]:
    """Return where a count stands, without the count."""
    area = areas.get(cell.area_code)
    group = "" if cell.stratum == ALL else f"{cell.stratum_type} {cell.stratum}"
    facts = {
        "area": f"{area} ({cell.area_code})" if area else cell.area_code,
        "count": cell.quantity,
        "period": f"{cell.start} to {cell.end}",
        "group": group,
        "series": cell.source_family,
        "boundaries": cell.boundaries,
        "as": cell.role,
    }
    return {name: fact for name, fact in facts.items() if fact}
