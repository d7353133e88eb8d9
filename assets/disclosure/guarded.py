"""The series whose small counts are withheld, as one linear system over today and all releases.

The solver is imported only where a series has counts to protect: most runs have none.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isnan, nan
from pathlib import Path
from typing import TYPE_CHECKING, cast

import duckdb
import pandas as pd

from assets.disclosure.beside import public_rows, seen_together
from assets.disclosure.cells import KEY, Cell, Key, Row, areas_apart, cells_of, counts_of
from assets.disclosure.disclosure_policies import (
    DisclosurePolicy,
    disclosure_policies,
    is_nation,
)
from assets.disclosure.dropped import Drop
from assets.disclosure.sums_of_areas import Groups, groups_of_areas
from assets.state.warehouse import sql_of, table_exists, temp_table

if TYPE_CHECKING:
    from assets.disclosure.history import View
    from assets.disclosure.system import BoolArray, CellSystem, FloatArray
    from assets.disclosure.unchanged import Believed, Secret


@dataclass(frozen=True)
class Guarded:
    """The guarded series of the warehouse and of all releases as one linear system.

    Attributes:
        rows: Key of every rate of those series, with the cells of its two counts.
        system: The counts and the relations among them.
        sensitive: Counts that must not be computable: those that the policies withhold, whether a
            row states them or only a difference, and those that a supplier withheld.
        known: Counts that earlier releases made public, remainders that are nothing, and those of
            rows that say that nobody was born.
        unprinted: Counts that no row prints: remainders, and years inside windows.
        guessed: Remainders that readers may guess, so that they protect no other count.
        beyond: For every count the nearest ones below and above those that its policy withholds.
        limits: Policy of each series.
        views: Counts of today and of all releases, where something that these say is no more so.
    """

    rows: Sequence[tuple[Key, tuple[Cell, Cell]]]
    system: CellSystem
    sensitive: BoolArray
    known: BoolArray
    unprinted: BoolArray
    guessed: BoolArray
    beyond: FloatArray
    limits: Mapping[str, DisclosurePolicy]
    views: Sequence[View] = ()

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

    def beliefs(self, hidden: BoolArray) -> Iterator[tuple[Believed, dict[Cell, Secret]]]:
        """Yield what readers solve who take hidden counts for what they were, and what they seek.

        Args:
            hidden: Counts that are not shown.
        """
        if not self.views:
            return
        from assets.disclosure.unchanged import Secret, believed

        names, values = self.system.names, self.system.values  # noqa: PD011
        unseen = {c for c, h in zip(names, hidden, strict=True) if h}
        shown = frozenset(c for _, pair in self.rows if unseen.isdisjoint(pair) for c in pair)
        remainders = {
            c: v
            for c, v, told in zip(
                names, values, self.unprinted & (self.known | self.guessed), strict=True
            )
            if told and c.role
        }
        secrets = {
            c: Secret(float(v), (float(below), float(above)))
            for c, v, s, (below, above) in zip(
                names, values, self.sensitive, self.beyond, strict=True
            )
            if s
        }
        for known in (remainders, {}) if remainders else ({},):
            yield believed(self.views, shown, known), secrets


def guarded(
    con: duckdb.DuckDBPyConnection,
    history: Sequence[Path] = (),
    side_by_side: Mapping[str, DisclosurePolicy] | None = None,
) -> Guarded | None:
    """Read the guarded series; ``None`` where none has a count.

    Args:
        con: Open connection with ``rates.rates``.
        history: Folders of earlier releases; what they show is public for good.
        side_by_side: Series to read instead, all of whose counts are public: what is to be
            protected is what they withhold, and what follows from them without being stated.

    Raises:
        KeyError: A guarded series has a measure that is not declared.
        LookupError: The geography that says which areas add up is not there.
        DamagedReleaseError: An earlier release cannot be read.
    """
    limits = side_by_side or {f: p for f, p in disclosure_policies().items() if p.withholds}
    temp_table(con, "disclosure_guarded", pd.DataFrame({"source_family": sorted(limits)}))
    found = con.execute(sql_of(__file__, "guarded")).fetchall()
    if not found:
        return None
    rows: list[Row] = [(r[: len(KEY)], r[-4], r[-3]) for r in found]
    marked = [row for row, record in zip(rows, found, strict=True) if record[-2]]
    views, apart, public = _views(con, rows, history, limits)
    nobody = frozenset(c for r in found if r[-1] for c in cells_of(r[: len(KEY)], apart))
    states = side_by_side is None
    return _judged(views, rows, marked, apart, limits, public, nobody, states=states)


def _views(
    con: duckdb.DuckDBPyConnection,
    rows: Sequence[Row],
    history: Sequence[Path],
    families: Collection[str],
) -> tuple[list[View], frozenset[str], frozenset[Cell]]:
    """Return what the warehouse and all releases say.

    Returns:
        Their counts, the areas that are not one, and the counts that a public series states.
    """
    from assets.disclosure.history import View
    from assets.disclosure.released_counts import areas_of_release, published_rows

    released = [(folder, published_rows(con, folder, families)) for folder in reversed(history)]
    beside_shown = {folder: public_rows(con, rows, folder) for folder, _ in released}
    released = [(folder, shown) for folder, shown in released if shown or beside_shown[folder]]
    public = [public_rows(con, rows), *(beside_shown[folder] for folder, _ in released)]
    apart = areas_apart([rows, *(shown for _, shown in released), *public])
    groups = _groups(con, apart)
    views = [View(counts, *groups) for counts in seen_together(rows, public[0], apart)]
    for (folder, shown), beside in zip(released, public[1:], strict=True):
        # A folder without its areas is damaged; its figures are tied as today's are.
        described = (folder / "areas.parquet").exists()
        of_release = groups_in(con, *areas_of_release(con, folder), apart) if described else groups
        views += [View(counts, *of_release) for counts in seen_together(shown, beside, apart)]
    # What the public series stated once and no more, such as an extract that was marked as
    # restricted too late, is no reason to show it again.
    stated = {cell for cell, n in counts_of(public[0], apart).items() if not isnan(n)}
    return views, apart, frozenset(stated)


def _judged(
    views: Sequence[View],
    rows: Sequence[Row],
    marked: Sequence[Row],
    apart: frozenset[str],
    limits: Mapping[str, DisclosurePolicy],
    stated: frozenset[Cell],
    nobody: frozenset[Cell],
    *,
    states: bool,
) -> Guarded:
    """Say which counts of the system are to be protected, are public, and are printed nowhere."""
    import numpy as np

    from assets.disclosure.history import joint_system
    from assets.disclosure.remainders import guessed, is_unstated

    cells = [(key, cells_of(key, apart)) for key, *_ in rows]
    printed = {cell for _, pair in cells for cell in pair}
    withheld_from_us = {
        cells_of(key, apart)[0] for key, numerator, _ in marked if numerator is None
    }
    joint = joint_system(views, withheld_from_us - stated)
    public = joint.shown_before & stated
    today = {(c.source_family, c.area_code, c.start, c.end) for c in printed}

    def is_sensitive(cell: Cell, value: float) -> bool:
        if cell in public:
            return False
        if isnan(value):
            return cell in withheld_from_us and (states or not is_nation(cell.area_code))
        if not states and (cell in printed or is_unstated(cell)):
            return False
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
    public_for_good = joint.shown_before | nobody
    known = np.array([c in public_for_good for c in names], dtype=bool) | of_rest.nothing
    sensitive &= ~_still_what_it_was(system, sensitive & is_marked, known, views[1:])
    return Guarded(
        cells,
        system,
        sensitive,
        known,
        np.array([c not in printed for c in names], dtype=bool),
        of_rest.guessed,
        np.column_stack([lowest - 1, highest + 1]),
        limits,
        () if joint.is_as_it_was else views,
    )


def _still_what_it_was(
    system: CellSystem, marked: BoolArray, known: BoolArray, earlier: Sequence[View]
) -> BoolArray:
    """Return the counts that a supplier withholds by now and that are public as they were."""
    import numpy as np

    from assets.disclosure.audit import unsafe

    was = {
        c: view.counts[c]
        for view in reversed(earlier)
        for c, m in zip(system.names, marked, strict=True)
        if m and not isnan(view.counts.get(c, nan))
    }
    if not was:
        return np.zeros(len(marked), dtype=bool)
    found = unsafe(system, ~known, system.index(was))
    return system.index(i.cell for i in found if i.lowest == i.highest == was[cast("Cell", i.cell)])


def _groups(
    con: duckdb.DuckDBPyConnection, apart: Collection[str]
) -> tuple[Groups, frozenset[str]]:
    for name in ("core.areas", "core.region_members"):
        if not table_exists(con, name):
            raise LookupError(
                f"the disclosure audit needs {name}, which the warehouse lacks; run `imr run`"
            )
    return groups_in(con, "core.areas", "core.region_members", apart)


def groups_in(
    con: duckdb.DuckDBPyConnection, areas: str, region_members: str, apart: Collection[str]
) -> tuple[Groups, frozenset[str]]:
    """Return which areas add up to others, and the codes of declared regions.

    Args:
        con: Open connection.
        areas: Relation with the columns of ``core.areas``.
        region_members: Relation with the columns of ``core.region_members``.
        apart: Codes of areas whose boundary sets count differently.
    """
    query = sql_of(__file__, "members")
    query = query.replace("{areas}", areas).replace("{region_members}", region_members)
    declared = con.execute(f"SELECT DISTINCT region_code FROM {region_members}").fetchall()
    return groups_of_areas(con.execute(query).fetchall(), apart), frozenset(c for (c,) in declared)
