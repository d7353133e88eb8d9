"""Somebody who reads every release, knows the geography and can solve equations learns no secret.

The attacker is written here, on the released tables alone, and shares no code with the product.
Each attack finds its secret exactly in a table that withholds the small counts and nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import duckdb
import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from assets.disclosure.dropped import Drop, parse_drop
from assets.disclosure.folders import determined_cells
from assets.disclosure.patterns import audit, pattern
from assets.disclosure.published_tables import publish_tables
from assets.rates.builders import build_rates
from assets.release.gate import _disclosure_obstacles
from tests.component.local.derived import derive

Build = Callable[..., duckdb.DuckDBPyConnection]
Table = Mapping[str, float | None]
"""Infant deaths by area, or by area and group; ``None`` where they are withheld."""
Sum = tuple[str, Sequence[str]]

ALONE = "area,year,live_births,infant_deaths\n"
GROUPED = "area,year,stratum_type,stratum,live_births,infant_deaths\n"
BOOTHEEL = {"29069": 20, "29133": 12, "29143": 15, "29155": 16, "29201": 17, "29207": 3}
"""Six counties that a region of ours is made of; counts made up."""
REGION = "X-MO-BOOTHEEL"
NORTH_EAST = {
    "E06000001": 4, "E06000002": 15, "E06000003": 12, "E06000004": 17, "E06000005": 11,
    "E06000047": 29, "E06000057": 16, "E08000021": 24, "E08000022": 13, "E08000023": 14,
    "E08000024": 21, "E08000037": 18,
}  # fmt: skip
"""The authorities of the North East, counts made up; all counted in two boundary sets."""
DECILES = [30, 28, 4, 25, 14, 22, 21, 20, 19, 29]


def learned(secret: str, tables: Sequence[tuple[Table, Sequence[Sum]]]) -> tuple[float, float]:
    """Return the smallest and largest whole count that agrees with all tables and their sums.

    The tables stand with the newest first. What an old one withheld is what it is today; what it
    showed may have been restated, where the newest does not show the same.
    """
    known: dict[str, float] = {}
    names: dict[tuple[int, str], str] = {}
    newest = tables[0][0]
    for number, (table, _) in enumerate(tables):
        for cell, value in table.items():
            restated = number > 0 and value is not None and newest.get(cell) != value
            names[number, cell] = f"{cell} in table {number}" if restated else cell
            if value is not None:
                known[names[number, cell]] = value
    unknown = sorted({n for n in names.values() if n not in known} | {secret} - set(known))
    rows, right = [], []
    for number, (_, sums) in enumerate(tables):
        for total, parts in sums:
            row, rest = np.zeros(len(unknown)), 0.0
            for cell, sign in [(total, 1.0), *((p, -1.0) for p in parts)]:
                name = names.get((number, cell), cell)
                if name in known:
                    rest -= sign * known[name]
                else:
                    row[unknown.index(name)] += sign
            rows.append(row)
            right.append(rest)
    if secret in known:
        return known[secret], known[secret]
    ends = []
    for sign in (1.0, -1.0):
        goal = sign * (np.array(unknown) == secret)
        found = milp(
            goal,
            constraints=LinearConstraint(np.array(rows), right, right),
            integrality=np.ones(len(unknown), dtype=np.int8),
            bounds=Bounds(0, np.inf),
        )
        ends.append(sign * found.fun if found.status == 0 else np.inf)
    return ends[0], ends[1]


def of(con: duckdb.DuckDBPyConnection, schema: str, *, floor: int = 0) -> dict[str, float | None]:
    """Infant deaths of a table; with ``floor``, those that reach it or are zero alone."""
    rows = con.execute(
        "SELECT concat_ws(' ', area_code, nullif(stratum, 'all')), max(numerator) "
        f"FROM {schema}.rates WHERE measure = 'infant_mortality' AND window_type = 'annual' "
        "GROUP BY ALL"
    ).fetchall()
    return {c: v if v is None or v == 0 or v >= floor else None for c, v in rows}


def publish(
    con: duckdb.DuckDBPyConnection, history: Sequence[Path] = (), dropped: Sequence[Drop] = ()
) -> None:
    derive(con)
    publish_tables(con, history, dropped)


def released(con: duckdb.DuckDBPyConnection, folder: Path) -> Path:
    folder.mkdir()
    for name in ("rates", "areas"):
        con.execute(f"COPY published.{name} TO '{folder / name}.parquet'").fetchall()
    return folder


def first_release(
    build: Build, tmp_path: Path
) -> tuple[duckdb.DuckDBPyConnection, list[Path], Table]:
    con = build(counties(BOOTHEEL))
    publish(con)
    return con, [released(con, tmp_path / "release=2026.06.01")], of(con, "published")


def counties(counts: Mapping[str, int], year: int = 2012) -> str:
    return ALONE + "".join(f"{c},{year},4000,{n}\n" for c, n in counts.items())


def test_a_region_in_another_boundary_set(build: Build) -> None:
    total = sum(NORTH_EAST.values())
    con = build(counties({**NORTH_EAST, "E12000001": total}, 2021))
    publish(con)
    sums = [("E12000001", list(NORTH_EAST))]
    assert learned("E06000001", [(of(con, "rates", floor=10), sums)]) == (4, 4)
    low, high = learned("E06000001", [(of(con, "published"), sums)])
    assert high - low >= 2
    assert of(con, "published")["E12000001"] == total
    assert audit(con) == []


@pytest.mark.parametrize(
    ("parts", "secret"),
    [(NORTH_EAST, "E06000001"), ({**NORTH_EAST, "E06000001": 41, "E08000023": 3}, "E08000023")],
)
def test_a_part_that_the_supplier_marked(build: Build, parts: dict[str, int], secret: str) -> None:
    # Five of the twelve are districts of a county that is not in the data.
    text = counties({**parts, "E12000001": sum(parts.values())}, 2021)
    con = build(text.replace(f",{parts[secret]}\n", ",Suppressed\n", 1))
    publish(con)
    sums = [("E12000001", list(parts))]
    assert learned(secret, [(of(con, "rates"), sums)]) == (parts[secret], parts[secret])
    low, high = learned(secret, [(of(con, "published"), sums)])
    assert high - low >= 2
    assert audit(con) == []


@pytest.mark.parametrize("female", [None, "4"])
def test_a_small_count_that_only_a_difference_states(build: Build, female: str | None) -> None:
    text = GROUPED + "29510,2021,,,5000,40\n29510,2021,sex,male,2500,36\n"
    con = build(text + (f"29510,2021,sex,female,2500,{female}\n" if female else ""))
    publish(con)
    sums = [("29510", ["29510 male", "29510 female"])]
    assert learned("29510 female", [(of(con, "rates", floor=10), sums)]) == (4, 4)
    low, high = learned("29510 female", [(of(con, "published"), sums)])
    assert high - low >= 2


@pytest.mark.parametrize("not_stated", [0, 1])
def test_a_rest_of_which_readers_know_that_it_is_nothing_or_little(
    build: Build, not_stated: int
) -> None:
    # Withheld by the supplier where nobody here knows the rest either.
    female = "Suppressed" if not_stated == 0 else "4"
    con = build(
        f"{GROUPED}29510,2021,,,5000,40\n29510,2021,sex,male,2500,{36 - not_stated}\n"
        f"29510,2021,sex,female,2500,{female}\n"
    )
    publish(con)
    sums = [("29510", ["29510 male", "29510 female", "rest"])]
    rest = {"rest": float(not_stated)}
    assert learned("29510 female", [({**of(con, "rates", floor=10), **rest}, sums)]) == (4, 4)
    low, high = learned("29510 female", [({**of(con, "published"), **rest}, sums)])
    assert high - low >= 2
    assert audit(con) == []


def test_the_slope_over_ten_tenths(build: Build) -> None:
    text = GROUPED + f"E06000047,2021,,,35500,{sum(DECILES)}\n"
    text += "".join(
        f"E06000047,2021,deprivation_decile,{i + 1},{4000 - 100 * i},{n}\n"
        for i, n in enumerate(DECILES)
    )
    con = build(text)
    publish(con)
    indices = (
        "SELECT count(slope_index) + count(slope_index_upper_95) + count(relative_index) "
        "+ count(relative_index_lower_95) FROM {}.disparities"
    )
    assert con.execute(indices.format("rates")).fetchall() != [(0,)]
    assert con.execute(indices.format("published")).fetchall() == [(0,)]


def test_which_county_is_withheld_beside_a_small_one_is_drawn_by_the_home(build: Build) -> None:
    con = build(counties(BOOTHEEL))

    def withheld(key: int) -> tuple[str, ...]:
        found = pattern(con, keyed=lambda text: f"{key:032x}{len(text):032x}")
        return tuple(sorted(set(found["area_code"])))

    chosen = [withheld(key) for key in range(8)]
    assert chosen == [withheld(key) for key in range(8)]
    assert len(set(chosen)) > 1
    assert all("29207" in areas and len(areas) == 2 for areas in chosen)


def test_a_neighbour_that_was_restated(build: Build, tmp_path: Path) -> None:
    con, history, first = first_release(build, tmp_path)
    sums = [(REGION, list(BOOTHEEL))]
    first_open = of(con, "rates", floor=10)
    con.execute(
        "UPDATE core.observations SET value = 10 "
        "WHERE measure = 'infant_deaths' AND area_code = '29069'"
    ).fetchall()
    build_rates(con)
    assert learned("29207", [(of(con, "rates", floor=10), sums), (first_open, sums)]) == (3, 3)
    # Without what the first release shows another county goes, and both together tell.
    publish(con)
    assert learned("29207", [(of(con, "published"), sums), (first, sums)]) == (3, 3)
    publish(con, history)
    low, high = learned("29207", [(of(con, "published"), sums), (first, sums)])
    assert high - low >= 2
    assert audit(con, history) == []


def test_a_region_that_was_declared_anew(build: Build, tmp_path: Path) -> None:
    con, history, first = first_release(build, tmp_path)
    (other,) = [c for c in BOOTHEEL if first[c] is None and c != "29207"]
    left = [c for c in BOOTHEEL if c != other]
    con.execute(
        f"DELETE FROM core.region_members WHERE region_code = '{REGION}' "
        f"AND member_code = '{other}'"
    ).fetchall()
    con.execute(
        f"UPDATE core.areas SET members = '{';'.join(left)}' WHERE area_code = '{REGION}'"
    ).fetchall()
    build_rates(con)
    now, before = [(REGION, left)], [(REGION, list(BOOTHEEL))]
    publish(con)
    assert learned("29207", [(of(con, "published"), now), (first, before)]) == (3, 3)
    publish(con, history)
    low, high = learned("29207", [(of(con, "published"), now), (first, before)])
    assert high - low >= 2
    assert audit(con, history) == []


def test_a_count_that_its_supplier_withholds_since_it_was_restated(
    build: Build, tmp_path: Path
) -> None:
    parts = {**NORTH_EAST, "E06000001": 12}
    con = build(counties({**parts, "E12000001": sum(parts.values())}, 2021))
    publish(con)
    history, first = [released(con, tmp_path / "release=2026.06.01")], of(con, "published")
    assert None not in first.values()
    # As long as nothing changed the count is what everybody read.
    mark = "UPDATE core.observations SET value = NULL, status = 'suppressed' WHERE area_code = "
    con.execute(f"{mark} 'E06000001' AND measure = 'infant_deaths'").fetchall()
    build_rates(con)
    publish(con, history)
    assert audit(con, history) == []
    # A region that is made of its members has no figure without it.
    withheld = {area for area, n in of(con, "published").items() if n is None}
    assert withheld == {"E06000001", "X-EW-E12000001"}
    con.execute(
        "UPDATE core.observations SET value = value - 8 "
        "WHERE measure = 'infant_deaths' AND area_code = 'E12000001'"
    ).fetchall()
    build_rates(con)
    sums = [("E12000001", list(NORTH_EAST))]
    assert learned("E06000001", [(of(con, "rates"), sums)]) == (4, 4)
    publish(con, history)
    low, high = learned("E06000001", [(of(con, "published"), sums)])
    assert high - low >= 2
    assert audit(con, history) == []


def test_what_an_older_release_gives_away_stops_until_somebody_gives_it_up(
    build: Build, tmp_path: Path
) -> None:
    con = build(counties(BOOTHEEL))
    publish(con)
    # A release from before counts were protected shows the region and all counties but one.
    columns = ("numerator", "denominator", "rate")
    hide = ", ".join(f"CASE WHEN area_code <> '29207' THEN {c} END AS {c}" for c in columns)
    con.execute(
        f"CREATE OR REPLACE TABLE published.rates AS SELECT * REPLACE ({hide}, CASE WHEN "
        "area_code = '29207' THEN 'suppressed' ELSE value_status END AS value_status) "
        "FROM rates.rates"
    ).fetchall()
    history = [released(con, tmp_path / "release=2026.06.01")]
    publish(con, history)
    (leak,) = audit(con, history)
    assert leak.is_past
    assert leak.cell.area_code == "29207"
    (told,) = _disclosure_obstacles(con, history, ())
    choice = re.findall(r"--drop '([^']+)'", told.remedy)
    assert "area_code=29207" in choice[0]
    assert "period_start=2012-01-01" in choice[0]
    dropped = [parse_drop(text) for text in choice]
    assert _disclosure_obstacles(con, history, dropped) == []
    publish(con, history, dropped)
    shown = of(con, "published")
    assert shown["29207"] is None
    assert [c for c in (*BOOTHEEL, REGION) if shown[c] is None] == ["29207"]
    # It is the fault of the older release, and the new one can be made the stable one.
    both = [*history, released(con, tmp_path / "release=2026.07.01")]
    assert any(computed for _, computed in determined_cells(con, history))
    assert not any(computed for _, computed in determined_cells(con, both))
    other = [parse_drop("area_code=29069")]
    assert audit(con, history, other) != []
    publish(con, history, other)
    assert of(con, "published")["29069"] is None
