"""Apply suppression policies and audit what remains.

The solver is imported only where a series has counts to protect: most runs have none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pandas as pd

from assets.disclosure.disclosure_policies import disclosure_policies
from assets.disclosure.relations import KEY, Key
from assets.state.moments import is_by
from assets.state.released import read_json
from assets.state.warehouse import sql_of, table_exists, temp_table

if TYPE_CHECKING:
    from assets.disclosure.audit import Interval
    from assets.disclosure.relations import Cell, Members
    from assets.disclosure.system import BoolArray, CellSystem


@dataclass(frozen=True)
class Guarded:
    """The guarded series of the warehouse as one linear system.

    Attributes:
        rows: Key of every rate of those series, with the cells of its two counts.
        system: The counts and the relations among them.
        sensitive: Counts that the policies withhold.
        known: Counts that earlier releases made public and that have not changed since.
    """

    rows: Sequence[tuple[Key, tuple[Cell, Cell]]]
    system: CellSystem
    sensitive: BoolArray
    known: BoolArray


def guarded(con: duckdb.DuckDBPyConnection, history: Sequence[Path] = ()) -> Guarded | None:
    """Read the guarded series; ``None`` where no count of theirs has to be withheld.

    Args:
        con: Open connection with ``rates.rates``.
        history: Folders of earlier releases; what they show is public for good.

    Raises:
        KeyError: A guarded series has a measure that is not declared.
        LookupError: The geography that says which areas add up is not there.
        DamagedReleaseError: An earlier release cannot be read.
    """
    limits = {family: p for family, p in disclosure_policies().items() if p.withholds}
    temp_table(con, "disclosure_guarded", pd.DataFrame({"source_family": sorted(limits)}))
    found = con.execute(sql_of(__file__, "guarded")).fetchall()
    if not any(limits[r[0]].covers(count) for r in found for count in r[-2:]):
        return None
    import numpy as np

    from assets.disclosure.relations import system_of

    counts: dict[Cell, float] = {}
    rows = []
    for record in found:
        cells = _cells(record)
        for cell, value in zip(cells, record[-2:], strict=True):
            if value is not None or cell not in counts:
                counts[cell] = float("nan") if value is None else value
        rows.append((record[: len(KEY)], cells))
    system = system_of(counts, _groups(con, frozenset(limits)))
    public = _public(con, history, frozenset(limits))
    sensitive = [c in counts and limits[c.source_family].covers(counts[c]) for c in system.names]
    known = [c in public and counts.get(c) == public[c] for c in system.names]
    return Guarded(rows, system, np.array(sensitive, dtype=bool), np.array(known, dtype=bool))


def pattern(con: duckdb.DuckDBPyConnection, history: Sequence[Path] = ()) -> pd.DataFrame:
    """Return the keys of the rates to withhold, with the reason to print.

    Args:
        con: Open connection with ``rates.rates``.
        history: Folders of earlier releases.
    """
    columns = [*KEY, "reason"]
    data = guarded(con, history)
    if data is None:
        return pd.DataFrame({c: pd.Series(dtype=object) for c in columns})
    hidden = data.sensitive
    if any(disclosure_policies()[key[0]].complementary for key, _ in data.rows):
        from assets.disclosure.complementary import protect

        hidden = hidden | protect(data.system, data.sensitive, forced=data.known)
    withheld = {c for c, h in zip(data.system.names, hidden, strict=True) if h}
    keys = [
        (*key, disclosure_policies()[key[0]].reason)
        for key, cells in data.rows
        if withheld.intersection(cells)
    ]
    return pd.DataFrame(keys, columns=columns)


def audit(con: duckdb.DuckDBPyConnection, history: Sequence[Path] = ()) -> list[Interval]:
    """Return the withheld counts that ``published.rates`` and earlier releases give away.

    Args:
        con: Open connection with ``rates.rates`` and ``published.rates``.
        history: Folders of earlier releases.

    Raises:
        AuditError: The published figures contradict each other.
    """
    data = guarded(con, history)
    if data is None:
        return []
    import numpy as np

    from assets.disclosure.audit import unsafe

    shown = set(
        con.execute(
            f"SELECT {', '.join(KEY)} FROM published.rates "
            "WHERE numerator IS NOT NULL OR denominator IS NOT NULL OR rate IS NOT NULL"
        ).fetchall()
    )
    visible = {cell for key, cells in data.rows if key in shown for cell in cells}
    public = np.array([c in visible for c in data.system.names], dtype=bool) | data.known
    return unsafe(data.system, ~public, data.sensitive)


def release_folders(releases: Path, *, as_of: str | None = None) -> list[Path]:
    """Return the folders of all releases: everything that was ever published.

    Args:
        releases: Folder of the releases.
        as_of: Only those made by the end of this date, or by this time (ISO 8601, UTC), for a
            rebuild of what was published then.

    Raises:
        DamagedReleaseError: The manifest of one of them cannot be read.
    """
    found = sorted(f.parent for f in releases.glob("release=*/rates.parquet"))
    if as_of is None:
        return found
    return [
        folder
        for folder in found
        if is_by(str(read_json(folder / "manifest.json").get("released_at")), as_of)
    ]


def _groups(
    con: duckdb.DuckDBPyConnection, families: frozenset[str]
) -> Mapping[tuple[str, str], Sequence[Members]]:
    for name in ("core.areas", "core.region_members"):
        if not table_exists(con, name):
            raise LookupError(
                f"the disclosure audit needs {name}, which the warehouse lacks; run `imr run`"
            )
    return groups_of(con, families, "core.areas", "core.region_members")


def groups_of(
    con: duckdb.DuckDBPyConnection, families: Collection[str], areas: str, region_members: str
) -> Mapping[tuple[str, str], Sequence[Members]]:
    """Return which areas add up to others, by series and boundary set.

    Args:
        con: Open connection.
        families: Series.
        areas: Relation with the columns of ``core.areas``.
        region_members: Relation with the columns of ``core.region_members``.
    """
    from assets.disclosure.relations import Members

    query = sql_of(__file__, "members")
    query = query.replace("{areas}", areas).replace("{region_members}", region_members)
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for parent, vintage, member in con.execute(query).fetchall():
        found[parent, vintage].add(member)
    groups: dict[tuple[str, str], list[Members]] = defaultdict(list)
    for (parent, vintage), members in found.items():
        for family in families:
            groups[family, vintage].append(Members(parent, frozenset(members)))
    return groups


def _public(
    con: duckdb.DuckDBPyConnection, history: Sequence[Path], families: frozenset[str]
) -> dict[Cell, float]:
    from assets.disclosure.released_counts import published_counts

    public: dict[Cell, float] = {}
    for folder in history:
        shown = published_counts(con, folder, families)
        public.update({cell: count for cell, count in shown.items() if not isnan(count)})
    return public


def _cells(record: Sequence[object]) -> tuple[Cell, Cell]:
    from assets.disclosure.relations import cells_of, quantities

    family, measure, area, vintage, stratum_type, stratum, _, start, end = record[: len(KEY)]
    if measure not in quantities():
        raise KeyError(
            f"{measure!r} is not declared in assets/rates/measures.yaml; declare its counts there, "
            "because a measure that the audit does not know is not published"
        )
    prefix = [str(part) for part in (family, vintage, area, stratum_type, stratum)]
    return cells_of(str(measure), prefix, start, end)  # type: ignore[arg-type]
