"""Made-up geographies, windows, groups, marks, revisions and regions, attacked release by release.

The attacker knows every release and which counts add up, and shares no code with the product.
``IMR_PROPERTY_EXAMPLES`` sets the number of geographies; a few are tried by default.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from assets.disclosure.cells import KEY
from assets.disclosure.patterns import audit, pattern
from assets.state.warehouse import in_memory

FEW = 3
EXAMPLES = int(os.environ.get("IMR_PROPERTY_EXAMPLES", str(FEW)))
Atom = tuple[str, str, int]
"""Deaths of one area without parts, one sex and one year."""
Name = tuple[str, str, str, int, int]
"""A figure: area, sex, kind of window, first and last year."""


@dataclass(frozen=True)
class Figure:
    """One row of a release: what it adds up, what it is, and whether readers see it."""

    atoms: tuple[Atom, ...]
    value: int
    marked: bool
    hidden: bool = False


class World:
    """A geography with its counts, which change from release to release."""

    def __init__(self, seed: int) -> None:
        self.rng = np.random.default_rng(seed)
        # A region of single areas and of a county, which as a rule is not in the data.
        self.districts = [f"D{i}" for i in range(self.rng.integers(0, 4))]
        self.leaves = [f"U{i}" for i in range(self.rng.integers(1, 4))] + self.districts
        self.areas = {"R": self.leaves}
        if self.districts and self.chance(0.4):
            self.areas["C"] = self.districts
        self.sexes = ("male", "female", "not stated") if self.chance(0.5) else ("all",)
        years = range(2010, 2010 + self.rng.integers(1, 4))
        self.windows = [("annual", y, y) for y in years]
        if self.chance(0.6):
            self.windows += [("rolling_2_year", y, y + 1) for y in years[:-1]]
        if self.chance(0.4) and len(years) == 3:
            self.windows.append(("rolling_3_year", years[0], years[-1]))
        self.mean = float(self.rng.choice([3, 6, 12, 25])) / len(self.sexes)
        self.deaths: dict[Atom, int] = {
            (a, s, y): int(self.rng.poisson(0 if s == "not stated" else self.mean))
            for a in self.leaves
            for s in self.sexes
            for y in years
        }
        self.marks = {(a, s, y) for a, s, y in self.deaths if self.chance(0.1)}
        self.region = self.drawn()

    def chance(self, share: float) -> bool:
        return bool(self.rng.random() < share)

    def drawn(self) -> list[str]:
        return [a for a in self.leaves if self.chance(0.6)]

    def moves_on(self) -> None:
        for atom in [a for a in self.deaths if a[1] != "not stated" and self.chance(0.08)]:
            change = int(self.rng.choice([-3, -2, -1, 1, 2, 3, 10]))
            self.deaths[atom] = max(0, self.deaths[atom] + change)
        if self.chance(0.4):
            self.region = self.drawn()

    def figures(self) -> dict[Name, Figure]:
        """Every row that could be published; those of marked counts have no figure."""
        declared = {"X": self.region} if len(self.region) > 1 else {}
        places = {**self.areas, **declared, **{a: [a] for a in self.leaves}}
        shown = ("all", "male", "female") if len(self.sexes) > 1 else ("all",)
        found = {}
        for place, leaves in places.items():
            for sex in shown:
                of = self.sexes if sex == "all" else (sex,)
                for kind, first, last in self.windows:
                    years = range(first, last + 1)
                    atoms = tuple((a, s, y) for a in leaves for s in of for y in years)
                    value = sum(self.deaths[atom] for atom in atoms)
                    marked = place not in self.areas and any(
                        (a, sex, y) in self.marks
                        and 1 <= sum(self.deaths[a, s, y] for s in of) < 10
                        for a in leaves
                        for y in years
                    )
                    if not (marked and place == "X"):
                        found[place, sex, kind, first, last] = Figure(atoms, value, marked)
        return found

    def members(self) -> list[tuple[str, str]]:
        in_region = [a for a in self.leaves if a not in self.districts]
        county = [("C", "R"), *((d, "C") for d in self.districts)] if self.districts else []
        return [*((a, "R") for a in in_region), *county]


def tables(figures: Mapping[Name, Figure], world: World) -> duckdb.DuckDBPyConnection:
    con = in_memory()
    rows = [
        ("state_extract", "infant_mortality", area, "v", "all" if sex == "all" else "sex", sex,
         kind, date(first, 1, 1), date(last, 12, 31), "suppressed" if f.marked else "ok",
         None if f.marked else float(f.value), None if f.marked else 1000.0 * len(f.atoms))
        for (area, sex, kind, first, last), f in figures.items()
    ]  # fmt: skip
    areas = [(area, parent, None) for area, parent in world.members()] + [("R", None, None)]
    if len(world.region) > 1:
        areas.append(("X", None, ";".join(world.region)))
    made = {
        "found": pd.DataFrame(rows, columns=[*KEY, "value_status", "numerator", "denominator"]),
        "listed": pd.DataFrame(areas, columns=["area_code", "parent_code", "members"]),
    }
    for name, frame in made.items():
        con.register(name, frame)
    con.execute(
        "CREATE OR REPLACE TABLE rates.rates AS SELECT * REPLACE (period_start::DATE AS "
        "period_start, period_end::DATE AS period_end, numerator::DOUBLE AS numerator, "
        "denominator::DOUBLE AS denominator), NULL::VARCHAR AS status_reason FROM found"
    ).fetchall()
    con.execute(
        "CREATE OR REPLACE TABLE core.areas AS SELECT area_code, 'v' AS geography_vintage, "
        "'district' AS area_type, parent_code::VARCHAR AS parent_code, NULL::VARCHAR AS "
        "region_code, NULL::VARCHAR AS predecessors, members::VARCHAR AS members FROM listed"
    ).fetchall()
    con.execute(
        "CREATE OR REPLACE TABLE core.region_members AS SELECT area_code AS region_code, "
        "geography_vintage, unnest(string_split(members, ';')) AS member_code FROM core.areas"
    ).fetchall()
    return con


def publish(
    con: duckdb.DuckDBPyConnection, history: Sequence[Path], folder: Path
) -> set[tuple[object, ...]]:
    """Write a release and return the keys of its withheld rows."""
    keys = pattern(con, history)[list(KEY)]
    for name in KEY:
        keys[name] = (
            pd.to_datetime(keys[name]) if name.startswith("period") else keys[name].astype(str)
        )
    con.register("withheld", keys)
    shown = [
        f"CASE WHEN w.measure IS NULL THEN r.{c} END AS {c}" for c in ("numerator", "denominator")
    ]
    con.execute(
        f"CREATE OR REPLACE TABLE published.rates AS SELECT r.* REPLACE ({', '.join(shown)}, CASE "
        "WHEN w.measure IS NULL THEN r.value_status ELSE 'suppressed' END AS value_status), "
        "NULL::DOUBLE AS rate FROM rates.rates AS r LEFT JOIN withheld AS w USING "
        f"({', '.join(KEY)})"
    ).fetchall()
    folder.mkdir()
    for table, file in (("published.rates", "rates"), ("core.areas", "areas")):
        con.execute(f"COPY {table} TO '{folder / file}.parquet'").fetchall()
    rows = keys[["area_code", "stratum", "window_type", "period_start", "period_end"]]
    return {(a, s, w, b.year, e.year) for a, s, w, b, e in rows.itertuples(index=False)}


def learned(
    releases: Sequence[Mapping[Name, Figure]], name: Name, *, unchanged: bool
) -> tuple[float, float] | None:
    """Return the whole numbers that a figure of the newest release can be; ``None`` for no figure.

    With ``unchanged`` the attacker takes what nobody could see change for what it was.
    """
    place: dict[tuple[int, Atom], int] = {}
    sums: list[tuple[list[tuple[int, float]], float]] = []
    last = len(releases) - 1

    def row(release: int, figure: Figure, sign: float = 1.0) -> list[tuple[int, float]]:
        return [(place.setdefault((release, a), len(place)), sign) for a in figure.atoms]

    goal = row(last, releases[last][name])
    for number, figures in enumerate(releases):
        for key, figure in figures.items():
            nobody = [a for a in figure.atoms if a[1] == "not stated"]
            sums += [([(place.setdefault((number, a), len(place)), 1.0)], 0.0) for a in nobody]
            now = releases[last].get(key)
            if not figure.hidden:
                sums.append((row(number, figure), float(figure.value)))
            if (
                unchanged
                and now
                and key[0] != "X"
                and number < last
                and (figure.hidden or now.hidden)
            ):
                sums.append(([*row(number, figure), *row(last, now, -1.0)], 0.0))
    matrix, right = np.zeros((len(sums), len(place))), np.array([value for _, value in sums])
    for number, (terms, _) in enumerate(sums):
        for column, sign in terms:
            matrix[number, column] += sign
    ends = []
    for sign in (1.0, -1.0):
        wanted = np.zeros(len(place))
        wanted[[column for column, _ in goal]] = sign
        found = milp(
            wanted,
            constraints=LinearConstraint(matrix, right, right),
            integrality=np.ones(len(place)),
            bounds=Bounds(0, np.inf),
        )
        if found.status == 2:
            return None
        ends.append(sign * found.fun if found.status == 0 else np.inf)
    return ends[0], ends[1]


@pytest.mark.parametrize("seed", range(EXAMPLES))
def test_no_release_gives_away_what_it_withholds(seed: int, tmp_path: Path) -> None:
    world = World(seed)
    releases: list[dict[Name, Figure]] = []
    history: list[Path] = []
    for number in range(3):
        if number:
            world.moves_on()
        figures = world.figures()
        con = tables(figures, world)
        folder = tmp_path / f"release=2026.06.0{number + 1}"
        withheld = publish(con, history, folder)
        stopped = audit(con, history)
        con.close()
        assert all(leak.is_past for leak in stopped), "whatever can be withheld is"
        if stopped:
            return
        history.append(folder)
        releases.append(
            {
                n: Figure(f.atoms, f.value, f.marked, hidden=f.marked or n in withheld)
                for n, f in figures.items()
            }
        )
        secrets = {n for n, f in releases[-1].items() if f.hidden and 1 <= f.value <= 9}
        for name, unchanged in [(n, u) for n in sorted(secrets) for u in (False, number > 0)]:
            possible = learned(releases, name, unchanged=unchanged)
            if possible is not None and possible[0] <= figures[name].value <= possible[1]:
                assert possible[1] - possible[0] >= 2, (number, name, possible)
                assert possible[0] <= 0 or possible[1] >= 10, (number, name, unchanged, possible)


def test_without_protection_the_attacker_learns_a_count() -> None:
    world = World(0)
    world.sexes, world.areas, world.leaves = ("all",), {"R": ["U0", "U1"]}, ["U0", "U1"]
    world.windows, world.region, world.marks = [("annual", 2010, 2010)], [], set()
    world.deaths = {("U0", "all", 2010): 4, ("U1", "all", 2010): 30}
    small = ("U0", "all", "annual", 2010, 2010)
    figures = {
        n: Figure(f.atoms, f.value, f.marked, hidden=n == small) for n, f in world.figures().items()
    }
    assert learned([figures], small, unchanged=False) == (4, 4)
