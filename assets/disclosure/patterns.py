"""Apply suppression policies and audit what remains.

The solver is imported only where a series has counts to protect: most runs have none.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pandas as pd

from assets.disclosure.beside import public_rows, seen_together
from assets.disclosure.cells import (
    KEY,
    Cell,
    Key,
    Row,
    areas_apart,
    cells_of,
    counts_of,
)
from assets.disclosure.disclosure_policies import DisclosurePolicy, disclosure_policies
from assets.disclosure.dropped import Drop
from assets.disclosure.sums_of_areas import Groups, groups_of_areas
from assets.state.moments import is_by
from assets.state.released import read_json
from assets.state.warehouse import sql_of, table_exists, temp_table

if TYPE_CHECKING:
    from assets.disclosure.audit import Interval
    from assets.disclosure.history import JointSystem
    from assets.disclosure.system import BoolArray, CellSystem, FloatArray


@dataclass(frozen=True)
class Guarded:
    """The guarded series of the warehouse and of all releases as one linear system.

    Attributes:
        rows: Key of every rate of those series, with the cells of its two counts.
        system: The counts and the relations among them.
        sensitive: Counts that must not be computable: those that the policies withhold, whether a
            row states them or only a difference, and those that a supplier withheld.
        known: Counts that earlier releases made public, and remainders that are nothing.
        unprinted: Counts that no row prints: remainders, and years inside windows.
        guessed: Remainders that readers may guess, so that they protect no other count.
        beyond: For every count the nearest ones below and above those that its policy withholds.
    """

    rows: Sequence[tuple[Key, tuple[Cell, Cell]]]
    system: CellSystem
    sensitive: BoolArray
    known: BoolArray
    unprinted: BoolArray
    guessed: BoolArray
    beyond: FloatArray

    def among(self, dropped: Sequence[Drop]) -> BoolArray:
        """Return the mask of the counts that were given up."""
        import numpy as np

        return np.array(
            [any(drop.matches(cell) for drop in dropped) for cell in self.system.names], dtype=bool
        )

    def attacks(self) -> Iterator[tuple[BoolArray, BoolArray]]:
        """Yield what an outsider is after, and what he knows beside the rows that are shown.

        What no withholding keeps from somebody who guesses remainders is left to him: he may be
        wrong.
        """
        import numpy as np

        from assets.disclosure.audit import unsafe

        known = self.known | self.guessed
        tied = np.zeros(len(known), dtype=bool)
        for cells in self.system.components() if self.guessed.any() else ():
            tied[cells] = self.guessed[cells].any()
        secrets = self.sensitive & tied & ~self.guessed
        lost = [i.cell for i in unsafe(self.system, ~known, secrets, self.beyond)]
        secrets &= ~self.system.index(lost)
        if secrets.any():
            yield secrets, known
        if (left := self.sensitive & ~secrets).any():
            yield left, self.known


def guarded(con: duckdb.DuckDBPyConnection, history: Sequence[Path] = ()) -> Guarded | None:
    """Read the guarded series; ``None`` where none has a count.

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
    if not found:
        return None
    rows: list[Row] = [(r[: len(KEY)], r[-3], r[-2]) for r in found]
    marked = [row for row, record in zip(rows, found, strict=True) if record[-1]]
    joint, apart, public = _joint(con, rows, history, limits)
    return _judged(joint, rows, marked, apart, limits, public)


def _joint(
    con: duckdb.DuckDBPyConnection,
    rows: Sequence[Row],
    history: Sequence[Path],
    families: Collection[str],
) -> tuple[JointSystem, frozenset[str], frozenset[Cell]]:
    """Return the system of the warehouse and all releases.

    Returns:
        The system, the areas that are not one, and the counts that a public series states.
    """
    from assets.disclosure.history import View, joint_system
    from assets.disclosure.released_counts import areas_of_release, published_rows

    released = [(folder, published_rows(con, folder, families)) for folder in reversed(history)]
    released = [(folder, shown) for folder, shown in released if shown]
    public = [public_rows(con, rows), *(public_rows(con, rows, f) for f, _ in released)]
    apart = areas_apart([rows, *(shown for _, shown in released), *public])
    groups = _groups(con, apart)
    views = [View(counts, groups) for counts in seen_together(rows, public[0], apart)]
    for (folder, shown), beside in zip(released, public[1:], strict=True):
        # A folder without its areas is damaged; its figures are tied as today's are.
        described = (folder / "areas.parquet").exists()
        of_release = groups_in(con, *areas_of_release(con, folder), apart) if described else groups
        views += [View(counts, of_release) for counts in seen_together(shown, beside, apart)]
    joint = joint_system(views)
    stated = {cell for seen in public for cell, n in counts_of(seen, apart).items() if not isnan(n)}
    return joint, apart, joint.shown_before & stated


def _judged(
    joint: JointSystem,
    rows: Sequence[Row],
    marked: Sequence[Row],
    apart: frozenset[str],
    limits: dict[str, DisclosurePolicy],
    public: frozenset[Cell],
) -> Guarded:
    """Say which counts of the system are to be protected, are public, and are printed nowhere."""
    import numpy as np

    from assets.disclosure.remainders import guessed

    cells = [(key, cells_of(key, apart)) for key, *_ in rows]
    printed = {cell for _, pair in cells for cell in pair}
    withheld_from_us = {
        cells_of(key, apart)[0] for key, numerator, _ in marked if numerator is None
    }
    today = {(c.source_family, c.area_code, c.start, c.end) for c in printed}

    def is_sensitive(cell: Cell, value: float) -> bool:
        if cell in public:
            return False
        if isnan(value):
            return cell in withheld_from_us
        stated = cell in printed or (
            # What a difference of today's rows says, not what the past says of it.
            (cell.source_family, cell.area_code, cell.start, cell.end) in today
            and cell not in joint.shown_before
        )
        return stated and limits[cell.source_family].covers(value, cell.area_code)

    names = joint.system.names
    lowest, highest = (
        np.array([of[c.source_family] or 0 for c in names], dtype=float)
        for of in (
            {family: policy.lowest for family, policy in limits.items()},
            {family: policy.highest for family, policy in limits.items()},
        )
    )
    is_marked = np.array([c in withheld_from_us for c in names], dtype=bool)
    of_rest = guessed(joint.system, is_marked, highest)
    system = of_rest.system
    sensitive = np.array(
        [is_sensitive(c, v) for c, v in zip(names, system.values, strict=True)], dtype=bool
    )
    return Guarded(
        cells,
        system,
        sensitive,
        np.array([c in joint.shown_before for c in names], dtype=bool) | of_rest.nothing,
        np.array([c not in printed for c in names], dtype=bool),
        of_rest.guessed,
        np.column_stack([lowest - 1, highest + 1]),
    )


def pattern(
    con: duckdb.DuckDBPyConnection, history: Sequence[Path] = (), dropped: Sequence[Drop] = ()
) -> pd.DataFrame:
    """Return the keys of the rates to withhold, with the reason to print.

    Args:
        con: Open connection with ``rates.rates``.
        history: Folders of earlier releases.
        dropped: Rows that are left out.
    """
    columns = [*KEY, "reason"]
    data = guarded(con, history)
    left_out = data.among(dropped) if data is not None else None
    if data is None or left_out is None or not (data.sensitive | left_out).any():
        return pd.DataFrame({c: pd.Series(dtype=object) for c in columns})
    hidden = data.sensitive | left_out
    if any(disclosure_policies()[key[0]].complementary for key, _ in data.rows):
        from assets.disclosure.complementary import protect

        for secrets, known in data.attacks():
            unprinted = data.unprinted & ~known
            hidden = protect(
                data.system,
                secrets,
                hidden=(hidden | unprinted) & ~known,
                forced=known,
                beyond=data.beyond,
            )
    withheld = {c for c, h in zip(data.system.names, hidden | left_out, strict=True) if h}
    keys = [
        (*key, disclosure_policies()[key[0]].reason)
        for key, cells in data.rows
        if withheld.intersection(cells)
    ]
    return pd.DataFrame(keys, columns=columns)


def audit(
    con: duckdb.DuckDBPyConnection, history: Sequence[Path] = (), dropped: Sequence[Drop] = ()
) -> list[Interval]:
    """Return the withheld counts that ``published.rates`` and earlier releases give away.

    Args:
        con: Open connection with ``rates.rates`` and ``published.rates``.
        history: Folders of earlier releases.
        dropped: Counts that were given up: left aside where the past alone gives them away.

    Raises:
        AuditError: The published figures contradict each other.
    """
    data = guarded(con, history)
    if data is None or not data.sensitive.any():
        return []
    import numpy as np

    from assets.disclosure.audit import unsafe
    from assets.disclosure.complementary import beyond_help

    shown = set(
        con.execute(
            f"SELECT {', '.join(KEY)} FROM published.rates "
            "WHERE numerator IS NOT NULL OR denominator IS NOT NULL OR rate IS NOT NULL"
        ).fetchall()
    )
    visible = {cell for key, cells in data.rows if key in shown for cell in cells}
    public = np.array([c in visible for c in data.system.names], dtype=bool)
    given_up = data.among(dropped) | np.array(
        [disclosure_policies()[c.source_family].gives_up for c in data.system.names], dtype=bool
    )
    found: list[Interval] = []
    for secrets, known in data.attacks():
        leaks = unsafe(data.system, ~(public | known), secrets, data.beyond)
        past = beyond_help(data.system, known, leaks, data.beyond)
        for leak in leaks:
            at = data.system.names.index(leak.cell)
            if not (past[at] and given_up[at]):
                found.append(replace(leak, is_past=bool(past[at])))
    return found


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


def _groups(con: duckdb.DuckDBPyConnection, apart: Collection[str]) -> Groups:
    for name in ("core.areas", "core.region_members"):
        if not table_exists(con, name):
            raise LookupError(
                f"the disclosure audit needs {name}, which the warehouse lacks; run `imr run`"
            )
    return groups_in(con, "core.areas", "core.region_members", apart)


def groups_in(
    con: duckdb.DuckDBPyConnection, areas: str, region_members: str, apart: Collection[str]
) -> Groups:
    """Return which areas add up to others.

    Args:
        con: Open connection.
        areas: Relation with the columns of ``core.areas``.
        region_members: Relation with the columns of ``core.region_members``.
        apart: Codes of areas whose boundary sets count differently.
    """
    query = sql_of(__file__, "members")
    query = query.replace("{areas}", areas).replace("{region_members}", region_members)
    return groups_of_areas(con.execute(query).fetchall(), apart)
