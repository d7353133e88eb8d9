"""Areas add up to the areas that contain them, and only what is complete is judged."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import duckdb
import pytest

from expectations.relational import rules_of, run
from expectations.rule import Finding
from expectations.suites import registry_table
from tests.component.rules.core_rows import count

Rows = list[dict[str, object]]
Put = Callable[[str, Sequence[Mapping[str, object]]], None]

AREAS: Rows = [
    {"area_code": "E92", "geography_vintage": "EW", "area_type": "country", "parent_code": "K04"},
    {"area_code": "W92", "geography_vintage": "EW", "area_type": "country", "parent_code": "K04"},
    {"area_code": "K04", "geography_vintage": "EW", "parent_code": "K04, J99"},
    {"area_code": "J99", "geography_vintage": "EW", "parent_code": "K04, J99"},
    {"area_code": "K04, J99", "geography_vintage": "EW", "area_type": "country_group"},
    {"area_code": "E12", "geography_vintage": "EW", "area_type": "region", "parent_code": "E92"},
    {"area_code": "E10", "geography_vintage": "EW-1", "parent_code": "E12", "region_code": "E12"},
    {"area_code": "E07a", "geography_vintage": "EW-1", "parent_code": "E10", "region_code": "E12"},
    {"area_code": "E07b", "geography_vintage": "EW-1", "parent_code": "E10", "region_code": "E12"},
    {"area_code": "E06c", "geography_vintage": "EW-1", "parent_code": "E12", "region_code": "E12"},
    {"area_code": "E06d", "geography_vintage": "EW-1", "parent_code": "E12", "region_code": "E12"},
    {
        "area_code": "E06c, E06d",
        "geography_vintage": "EW-1",
        "area_type": "combined_authority_areas",
        "parent_code": "E12",
        "region_code": "E12",
    },
]


def births(values: Mapping[str, float | None], **more: object) -> Rows:
    return [
        count(
            "live_births",
            value,
            area_code=code,
            geography_vintage="EW" if code[0] in "KJW" or code in ("E92", "E12") else "EW-1",
            **more,
        )
        for code, value in values.items()
    ]


def found(con: duckdb.DuckDBPyConnection, rule_id: str, name: str) -> Finding:
    rules = [r for r in rules_of(name) if r.rule.rule_id == rule_id]
    (finding,) = run(con, rules, name, registry_table(name))
    assert not finding.error, finding.error
    return finding


class TestAreaSums:
    """Districts 10 + 20 make the county, 30 + 5 + 7 the region, and so on up to the total."""

    RIGHT: Mapping[str, float | None] = {
        "E07a": 10,
        "E07b": 20,
        "E10": 30,
        "E06c": 5,
        "E06d": 7,
        "E12": 42,
        "E92": 42,
        "W92": 8,
        "K04": 50,
        "J99": 1,
        "K04, J99": 51,
    }

    @pytest.fixture(autouse=True)
    def _areas(self, put: Put) -> None:
        put("core.areas", [{"country": "EW", **area} for area in AREAS])

    def look(
        self, con: duckdb.DuckDBPyConnection, put: Put, values: Mapping[str, float | None]
    ) -> tuple[Finding, Finding]:
        put("core.observations", births(values))
        return (
            found(con, "CORE-SUM-AREAS", "core.observations"),
            found(con, "CORE-SUM-UNTESTED", "core.observations"),
        )

    def test_all_levels_add_up(self, con: duckdb.DuckDBPyConnection, put: Put) -> None:
        sums, untested = self.look(con, put, self.RIGHT)
        assert (sums.compared, sums.offending, untested.offending) == (5, 0, 0)

    @pytest.mark.parametrize(
        ("code", "parents"),
        [
            ("E07a", {"E10"}),
            ("E06c", {"E12"}),
            ("E12", {"E92", "E12"}),
            ("W92", {"K04"}),
            ("J99", {"K04, J99"}),
        ],
    )
    def test_one_wrong_count_names_the_sum_it_breaks(
        self, con: duckdb.DuckDBPyConnection, put: Put, code: str, parents: set[str]
    ) -> None:
        value = self.RIGHT[code]
        assert value is not None
        sums, _ = self.look(con, put, {**self.RIGHT, code: value - 1})
        assert {row["area_code"] for row in sums.rows} == parents

    def test_districts_add_up_to_the_region_where_no_county_is_printed(
        self, con: duckdb.DuckDBPyConnection, put: Put
    ) -> None:
        without = {c: v for c, v in self.RIGHT.items() if c != "E10"}
        assert self.look(con, put, without)[0].offending == 0
        assert self.look(con, put, {**without, "E07b": 21})[0].rows[0]["area_code"] == "E12"

    def test_a_list_of_codes_stands_for_its_areas(
        self, con: duckdb.DuckDBPyConnection, put: Put
    ) -> None:
        merged = {c: v for c, v in self.RIGHT.items() if c not in ("E06c", "E06d")}
        sums, untested = self.look(con, put, {**merged, "E06c, E06d": 12})
        assert (sums.offending, untested.offending) == (0, 0)
        sums, _ = self.look(con, put, {**self.RIGHT, "E06c, E06d": 12})
        assert sums.offending == 0, "counted twice beside its own areas"

    def test_a_missing_area_is_not_taken_for_a_difference_but_is_listed(
        self, con: duckdb.DuckDBPyConnection, put: Put
    ) -> None:
        sums, untested = self.look(con, put, {c: v for c, v in self.RIGHT.items() if c != "E06d"})
        assert sums.offending == 0
        assert [row["area_code"] for row in untested.rows] == ["E12"]

    def test_a_suppressed_member_is_not_zero(
        self, con: duckdb.DuckDBPyConnection, put: Put
    ) -> None:
        sums, untested = self.look(con, put, {**self.RIGHT, "E07a": None})
        assert sums.offending == 0
        assert [row["area_code"] for row in untested.rows] == ["E10"]

    def test_known_parts_above_the_whole_are_wrong_even_when_some_are_missing(
        self, con: duckdb.DuckDBPyConnection, put: Put
    ) -> None:
        sums, _ = self.look(con, put, {**self.RIGHT, "E07a": None, "E07b": 31})
        assert "E10" in {row["area_code"] for row in sums.rows}


@pytest.mark.parametrize(
    ("family", "edition", "offending"),
    [
        ("ons_linked_births", "2020", 1),
        ("ons_linked_births", "2022", 0),
        ("ons_occurrence", "2022", 1),
    ],
)
def test_linked_counts_of_two_editions_need_not_add_up(
    con: duckdb.DuckDBPyConnection, put: Put, family: str, edition: str, offending: int
) -> None:
    """Neonatal deaths of 2020 without usable weeks: England 39 and Wales 3, later 41 and 3."""
    put("core.areas", AREAS)
    rows = [
        count("neonatal_deaths", value, area_code=code, geography_vintage="EW",
              source_family=family, vintage_id=f"ons_child_mortality@{vintage}")
        for code, value, vintage in (("K04", 42, "2020"), ("E92", 41, edition), ("W92", 3, edition))
    ]  # fmt: skip
    put("core.observations", rows)
    assert found(con, "CORE-SUM-AREAS", "core.observations").offending == offending


@pytest.mark.parametrize(("nation", "offending"), [(28075, 0), (28078, 1), (28066, 1)])
def test_weighted_deaths_of_states_may_miss_the_nation_by_five(
    con: duckdb.DuckDBPyConnection, put: Put, nation: float, offending: int
) -> None:
    put(
        "core.areas",
        [
            {"area_code": "US", "geography_vintage": "US", "country": "US"},
            *(
                {"area_code": f"US-{p}", "geography_vintage": "US", "parent_code": "US"}
                for p in ("MO", "KS")
            ),
        ],
    )
    shared = {"source_family": "nchs_linked", "country": "US", "geography_vintage": "US"}
    values = {"US-MO": 14036, "US-KS": 14036, "US": nation}
    put(
        "core.observations",
        [count("infant_deaths", v, area_code=c, **shared) for c, v in values.items()],
    )
    assert found(con, "CORE-SUM-AREAS", "core.observations").offending == offending


@pytest.mark.parametrize(
    ("nation", "hidden", "offending"),
    [
        (100, ("US-KS",), 0),  # 95 are known, one state hides 0 to 9
        (104, ("US-KS",), 0),
        (115, ("US-KS",), 1),  # 95 and 9 at most, and 5 for rounding
        (89, ("US-KS",), 1),  # fewer than are known
        (115, ("US-KS", "US-NE"), 0),
        (None, ("US-KS",), 1),  # the nation hides 9 at most, but 95 are known
    ],
)
def test_a_withheld_state_bounds_the_sum_and_does_not_switch_it_off(
    con: duckdb.DuckDBPyConnection,
    put: Put,
    nation: float | None,
    hidden: Sequence[str],
    offending: int,
) -> None:
    known = {"US-MO": 95.0, "US-KS": None, "US-NE": None if "US-NE" in hidden else 0.0}
    put(
        "core.areas",
        [
            {"area_code": "US", "geography_vintage": "US", "country": "US"},
            *(
                {"area_code": c, "geography_vintage": "US", "parent_code": "US", "country": "US"}
                for c in known
            ),
        ],
    )
    shared = {"source_family": "nchs_linked", "country": "US", "geography_vintage": "US"}
    rows = [
        count(
            "infant_deaths",
            value,
            area_code=code,
            status="ok" if value is not None else "suppressed",
            **shared,
        )
        for code, value in {**known, "US": nation}.items()
    ]
    put("core.observations", rows)
    assert found(con, "CORE-SUM-AREAS", "core.observations").offending == offending
    assert found(con, "CORE-SUM-UNTESTED", "core.observations").offending == 0


def test_births_that_are_withheld_with_their_deaths_have_no_bound(
    con: duckdb.DuckDBPyConnection, put: Put
) -> None:
    put(
        "core.areas",
        [
            {"area_code": "US", "geography_vintage": "US", "country": "US"},
            {"area_code": "US-MO", "geography_vintage": "US", "parent_code": "US", "country": "US"},
            {"area_code": "US-KS", "geography_vintage": "US", "parent_code": "US", "country": "US"},
        ],
    )
    shared = {"source_family": "nchs_linked", "country": "US", "geography_vintage": "US"}
    for nation, offending in ((90_000, 0), (9_000, 1)):
        rows = {"US-MO": 10_000.0, "US-KS": None, "US": float(nation)}
        put(
            "core.observations",
            [
                count(
                    "live_births",
                    value,
                    area_code=code,
                    status="ok" if value is not None else "suppressed",
                    **shared,
                )
                for code, value in rows.items()
            ],
        )
        assert found(con, "CORE-SUM-AREAS", "core.observations").offending == offending
    assert found(con, "CORE-SUM-UNTESTED", "core.observations").offending == 1
