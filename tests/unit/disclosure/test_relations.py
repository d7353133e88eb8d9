"""Which sums an outsider can use, built from the keys of the rates."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np

from assets.disclosure.cells import Cell, areas_apart, cells_of
from assets.disclosure.relations import system_of
from assets.disclosure.sums_of_areas import Group, groups_of_areas, parts_at_hand
from assets.disclosure.system import CellSystem


def cell(quantity: str, first: int, last: int, area: str = "A", stratum: str = "all") -> Cell:
    kind = "all" if stratum == "all" else "sex"
    return Cell("state_extract", quantity, area, "", kind, stratum,
                date(first, 1, 1), date(last, 12, 31))  # fmt: skip


def sums(system: CellSystem) -> set[tuple[str, frozenset[str]]]:
    """Relations as (total, parts), cells written as 'quantity area stratum first-last role'."""
    found = set()
    for row in system.relations.toarray():
        names = [_short(system.names[i]) for i in np.flatnonzero(row > 0)]
        parts = frozenset(_short(system.names[i]) for i in np.flatnonzero(row < 0))
        found.add((names[0], parts))
    return found


def _short(c: Cell) -> str:
    stratum = "" if c.stratum == "all" else f"/{c.stratum}"
    role = f" ({c.role})" if c.role else ""
    return f"{c.quantity} {c.area_code}{stratum} {c.start.year}-{c.end.year}{role}"


def test_stillbirths_of_a_cause_are_divided_by_the_births_whatever_the_cause() -> None:
    def counted(measure: str, kind: str, stratum: str) -> tuple[Cell, Cell]:
        days = date(2022, 1, 1), date(2022, 12, 31)
        return cells_of(("ons_occurrence", measure, "A", "EW", kind, stratum, "annual", *days))

    def strata(found: tuple[Cell, Cell]) -> list[tuple[str, str, str]]:
        return [(c.quantity, c.stratum_type, c.stratum) for c in found]

    assert strata(counted("stillbirth", "cause_ons", "congenital_anomalies")) == [
        ("stillbirths", "cause_ons", "congenital_anomalies"),
        ("live_births+stillbirths", "all", "all"),
    ]
    crossed = counted("stillbirth", "birth_weight|cause_ons", "under_1500|congenital_anomalies")
    assert strata(crossed)[1] == ("live_births+stillbirths", "birth_weight", "under_1500")
    # One count, whichever cause it divides, and the one that is printed for all causes.
    whole = counted("stillbirth", "birth_weight", "under_1500")
    assert whole[1] == crossed[1]
    deaths = counted("infant_mortality", "cause_ons", "congenital_anomalies")
    assert strata(deaths)[1] == ("live_births", "cause_ons", "congenital_anomalies")


def test_a_window_is_the_sum_of_its_years() -> None:
    counts = {cell("infant_deaths", y, y): float(y) for y in (2001, 2002)}
    counts[cell("infant_deaths", 2001, 2002)] = 4003.0
    assert sums(system_of(counts, {})) == {
        ("infant_deaths A 2001-2002",
         frozenset({"infant_deaths A 2001-2001", "infant_deaths A 2002-2002"})),
    }  # fmt: skip


def test_overlapping_windows_meet_in_years_that_nobody_publishes() -> None:
    counts = {cell("infant_deaths", 2001, 2003): 9.0, cell("infant_deaths", 2002, 2004): 8.0}
    system = system_of(counts, {})
    assert sums(system) == {
        ("infant_deaths A 2001-2003",
         frozenset({"infant_deaths A 2001-2001", "infant_deaths A 2002-2003"})),
        ("infant_deaths A 2002-2004",
         frozenset({"infant_deaths A 2002-2003", "infant_deaths A 2004-2004"})),
    }  # fmt: skip
    assert np.isnan(system.values).sum() == 3


def test_a_rolling_and_a_pooled_window_of_the_same_years_are_one_count() -> None:
    span = (date(2001, 1, 1), date(2003, 12, 31))

    def key(measure: str, window: str, boundaries: str = "v") -> tuple[object, ...]:
        return ("state_extract", measure, "A", boundaries, "all", "all", window, *span)

    rolling = cells_of(key("infant_mortality", "rolling_3_year"))
    assert rolling == cells_of(key("infant_mortality", "pooled"))
    # An area that kept its code is the same in every boundary set, unless it counts differently.
    assert rolling == cells_of(key("infant_mortality", "pooled", "w"))
    assert rolling != cells_of(key("infant_mortality", "pooled", "w"), {"A"})
    assert rolling[1] == cells_of(key("neonatal_mortality", "pooled"))[1]


def test_an_area_is_one_where_its_boundary_sets_count_the_same() -> None:
    def row(area: str, boundaries: str, deaths: float | None) -> tuple[object, ...]:
        span = (date(2001, 1, 1), date(2001, 12, 31))
        key = ("state_extract", "infant_mortality", area, boundaries, "all", "all", "annual", *span)
        return key, deaths, 1000.0

    rows = [row("A", "v", 4.0), row("A", "w", 4.0), row("B", "v", 4.0), row("B", "w", 5.0),
            row("C", "v", None), row("C", "w", 5.0)]  # fmt: skip
    assert areas_apart([rows]) == {"B"}
    # Restated in a later release is no difference of boundaries.
    assert areas_apart([[row("A", "v", 4.0)], [row("A", "w", 5.0)]]) == frozenset()
    members = [("T", "v", "A"), ("T", "v", "B"), ("T", "w", "A"), ("T", "w", "B")]
    assert groups_of_areas(members, {"B"}) == {
        ("T", ""): {
            Group("v", frozenset({("A", ""), ("B", "v")})),
            Group("w", frozenset({("A", ""), ("B", "w")})),
        }
    }


def test_ages_at_death_and_births_add_up() -> None:
    counts = {
        cell("infant_deaths", 2001, 2001): 20.0,
        cell("neonatal_deaths", 2001, 2001): 15.0,
        cell("postneonatal_deaths", 2001, 2001): 5.0,
        cell("live_births+stillbirths", 2001, 2001): 4010.0,
        cell("live_births", 2001, 2001): 4000.0,
        cell("stillbirths", 2001, 2001): 10.0,
    }
    found = {(t.split()[0], frozenset(p.split()[0] for p in ps))
             for t, ps in sums(system_of(counts, {}))}  # fmt: skip
    assert found == {
        ("infant_deaths", frozenset({"neonatal_deaths", "postneonatal_deaths"})),
        ("live_births+stillbirths", frozenset({"live_births", "stillbirths"})),
    }


def test_an_absent_part_leaves_a_remainder() -> None:
    counts = {
        cell("infant_deaths", 2001, 2001): 20.0,
        cell("neonatal_deaths", 2001, 2001): 15.0,
    }
    (found,) = sums(system_of(counts, {}))
    assert found[1] == {
        "neonatal_deaths A 2001-2001",
        "infant_deaths A 2001-2001 (rest of infant_deaths beside neonatal_deaths)",
    }  # fmt: skip


def test_every_age_is_tied_to_every_age_that_contains_it() -> None:
    counts = {
        cell("infant_deaths", 2001, 2001): 20.0,
        cell("early_neonatal_deaths", 2001, 2001): 11.0,
        cell("late_neonatal_deaths", 2001, 2001): 4.0,
        cell("postneonatal_deaths", 2001, 2001): 5.0,
    }
    whole, part = sums(system_of(counts, {})), "infant_deaths A 2001-2001"
    ages = {f"{age}_deaths A 2001-2001" for age in ("early_neonatal", "late_neonatal")}
    assert (part, frozenset(ages | {"postneonatal_deaths A 2001-2001"})) in whole
    assert all(total == part for total, _ in whole)


def test_groups_leave_room_for_the_unstated() -> None:
    counts = {
        cell("infant_deaths", 2001, 2001): 20.0,
        cell("infant_deaths", 2001, 2001, stratum="girls"): 8.0,
        cell("infant_deaths", 2001, 2001, stratum="boys"): 11.0,
    }
    (found,) = sums(system_of(counts, {}))
    assert "infant_deaths A 2001-2001 (other sex)" in found[1]


def test_groups_that_exceed_their_total_are_no_relation() -> None:
    counts = {
        cell("infant_deaths", 2001, 2001): 20.0,
        cell("infant_deaths", 2001, 2001, stratum="girls"): 10.0,
        cell("infant_deaths", 2001, 2001, stratum="boys"): 11.0,
    }
    assert sums(system_of(counts, {})) == set()


def test_areas_add_up_to_their_parent() -> None:
    groups = groups_of_areas([("T", "v", "A"), ("T", "v", "B")])
    counts = {cell("infant_deaths", 2001, 2001, a): n for a, n in (("A", 3.0), ("B", 4.0))}
    counts[cell("infant_deaths", 2001, 2001, "T")] = 7.0
    (found,) = sums(system_of(counts, groups))
    members = frozenset({"infant_deaths A 2001-2001", "infant_deaths B 2001-2001"})
    assert found == ("infant_deaths T 2001-2001", members)
    del counts[cell("infant_deaths", 2001, 2001, "B")]
    (found,) = sums(system_of(counts, groups))
    assert "infant_deaths T 2001-2001 (areas other than A)" in found[1]


def test_an_area_that_is_not_in_the_data_is_taken_apart() -> None:
    groups = groups_of_areas([
        ("R", "v", "A"), ("R", "v", "C"), ("R", "v", "E"), ("C", "v", "C1"), ("C", "v", "C2"),
        ("E", "v", "E1"), ("E", "v", "E2"), ("C", "w", "C1"), ("C", "w", "C3"), ("R", "w", "C"),
    ])  # fmt: skip

    def at_hand(*codes: str) -> dict[str, bool]:
        found = parts_at_hand(("R", ""), groups, {(c, "") for c in codes})
        return {" ".join(sorted(c for c, _ in parts)): whole for parts, whole in found.items()}

    assert at_hand("A", "C", "C1", "C2", "E1", "E2") == {"A C E1 E2": True, "C": True}
    assert at_hand("A", "C1", "C2", "E") == {"A C1 C2 E": True, "C1": False}
    # What is in no boundary set together is no sum.
    assert at_hand("A", "C3", "E") == {"C3": False, "A E": False}


def test_figures_that_do_not_add_up_are_no_relation() -> None:
    counts = {cell("infant_deaths", y, y): 2.0 for y in (2001, 2002)}
    counts[cell("infant_deaths", 2001, 2002)] = 5.0
    assert sums(system_of(counts, {})) == set()


def test_crossed_groups_are_tied_to_both_of_their_groups() -> None:
    def births(kind: str, stratum: str) -> Cell:
        return replace(cell("live_births", 2001, 2001), stratum_type=kind, stratum=stratum)

    ages = {a: births("age_of_mother", a) for a in ("under_20", "15_19", "20_24")}
    boys = {a: births("age_of_mother|sex", f"{a}|male") for a in ("15_19", "20_24")}
    total, male = births("all", "all"), births("sex", "male")
    system = system_of(
        {
            total: 20,
            male: 12,
            **dict(zip(ages.values(), (9, 8, 7), strict=True)),
            **dict(zip(boys.values(), (5, 4), strict=True)),
        },
        {},
    )
    tied = {
        frozenset(c for c in (system.names[i] for i in np.flatnonzero(row)) if not c.role)
        for row in system.relations.toarray()
    }
    assert tied == {
        frozenset({total, male}),
        frozenset({total, ages["15_19"], ages["20_24"]}),
        frozenset({total, ages["under_20"], ages["20_24"]}),
        frozenset({ages["under_20"], ages["15_19"]}),
        frozenset({male, *boys.values()}),
        frozenset({ages["15_19"], boys["15_19"]}),
        frozenset({ages["20_24"], boys["20_24"]}),
    }


def test_counts_from_a_week_on_are_the_sums_that_they_are_made_of() -> None:
    def births(kind: str, stratum: str) -> Cell:
        return replace(cell("live_births", 2001, 2001), stratum_type=kind, stratum=stratum)

    weeks = {w: births("gestation", w) for w in ("under_24", "24_and_over", "not_stated")}
    known, later = (births("gestation_from", w) for w in ("known_weeks", "24_weeks"))
    system = system_of(
        {**dict(zip(weeks.values(), (3, 90, float("nan")), strict=True)), known: 93, later: 90}, {}
    )
    tied = {
        frozenset(system.names[i] for i in np.flatnonzero(row))
        for row in system.relations.toarray()
    }
    assert {frozenset({later, weeks["24_and_over"]}),
            frozenset({known, weeks["under_24"], weeks["24_and_over"]})} <= tied  # fmt: skip
    assert any({known, later} < found and len(found) == 3 for found in tied), "and a rest"
