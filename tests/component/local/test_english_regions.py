"""English regions as sums of local authorities: the totals that the ONS prints for the regions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import duckdb

from assets.core.geography.area_registry import DECLARED_VINTAGE, areas, boundary_sets, members
from assets.core.regions.loader import load_regions

# Child mortality workbooks (death cohort) 2018 and 2022, Table 3: live births, infant deaths.
PUBLISHED = {
    2018: {
        "E12000001": (26_684, 82),
        "E12000002": (81_195, 336),
        "E12000003": (59_984, 250),
        "E12000004": (50_018, 196),
        "E12000005": (67_282, 379),
        "E12000006": (68_881, 226),
        "E12000007": (120_673, 383),
        "E12000008": (96_748, 336),
        "E12000009": (54_186, 182),
    },
    2022: {
        "E12000001": (24_701, 96),
        "E12000002": (76_399, 337),
        "E12000003": (55_203, 280),
        "E12000004": (46_849, 200),
        "E12000005": (63_368, 353),
        "E12000006": (64_294, 217),
        "E12000007": (106_696, 347),
        "E12000008": (90_589, 273),
        "E12000009": (48_947, 137),
    },
}
_KINDS = (
    "unitary_authority",
    "metropolitan_district",
    "non_metropolitan_district",
    "london_borough",
)


def test_sums_of_local_authorities_are_the_published_regional_totals(
    build: Callable[..., duckdb.DuckDBPyConnection],
) -> None:
    con = build(samples=("ons_child_mortality",))
    rows = con.execute(
        "SELECT year(period_end), area_code, denominator, numerator FROM rates.rates "
        "WHERE area_code LIKE 'X-EW-E12%' AND measure = 'infant_mortality' "
        "AND source_family = 'ons_occurrence' AND window_type = 'annual' "
        "AND value_status = 'ok'"
    ).fetchall()
    found: dict[int, dict[str, tuple[int, int]]] = {}
    for year, code, births, deaths in rows:
        found.setdefault(year, {})[code.removeprefix("X-EW-")] = (births, deaths)
    assert found == PUBLISHED


def test_every_local_authority_of_england_is_in_its_own_region_once() -> None:
    declared = {r.code: r for r in load_regions() if r.code.startswith("X-EW-E12")}
    assert {f"X-EW-{code}" for code in PUBLISHED[2022]} == set(declared)
    parts = Counter(
        part for region in declared.values() for m in region.members for part in m.split(", ")
    )
    (boundary_set,) = (b for b in boundary_sets() if b.name == DECLARED_VINTAGE)
    english = [a.code for a in members(boundary_set) if a.kind in _KINDS and a.code[0] == "E"]
    assert len(english) == 296, "local authorities of England from April 2023"
    assert parts == Counter(english)
    for code, region in declared.items():
        assert region.geography_vintage == DECLARED_VINTAGE
        assert {f"X-EW-{areas()[m].region}" for m in region.members} == {code}
