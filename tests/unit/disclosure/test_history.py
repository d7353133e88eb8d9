"""What earlier releases say of counts that are withheld today."""

from __future__ import annotations

from datetime import date
from math import nan

import numpy as np

from assets.disclosure.audit import Attacker
from assets.disclosure.cells import Cell
from assets.disclosure.history import View, joint_system
from assets.disclosure.sums_of_areas import groups_of_areas


def deaths(area: str, first: int, last: int) -> Cell:
    return Cell("state_extract", "infant_deaths", area, "", "all", "all",
                date(first, 1, 1), date(last, 12, 31))  # fmt: skip


def test_a_region_that_was_declared_anew_keeps_what_it_was_a_sum_of() -> None:
    # A and B had 16 deaths in two years, 10 of them in B. The region has C beside them by now.
    def view(members: str, counts: dict[Cell, float]) -> View:
        groups = groups_of_areas([("X", "v", member) for member in members])
        return View(counts, groups, frozenset({"X"}))

    yearly = {"A": (5.0, 1.0), "B": (6.0, 4.0), "C": (10.0, 11.0)}
    of_areas = {
        deaths(area, *years): value
        for area, (one, other) in yearly.items()
        for years, value in (
            ((2010, 2010), one),
            ((2011, 2011), other),
            ((2010, 2011), one + other),
        )
    }
    now = {deaths("X", 2010, 2010): 21.0, deaths("X", 2011, 2011): 16.0,
           deaths("X", 2010, 2011): 37.0}  # fmt: skip
    then = {deaths("X", 2010, 2010): nan, deaths("X", 2011, 2011): nan,
            deaths("X", 2010, 2011): 16.0}  # fmt: skip
    joint = joint_system(
        [view("ABC", {**of_areas, **now}), view("AB", {**dict.fromkeys(of_areas, nan), **then})]
    )
    shown = {deaths("B", 2010, 2011), *now, *joint.shown_before}
    hidden = np.array([cell not in shown for cell in joint.system.names])
    at = joint.system.names.index(deaths("A", 2010, 2011))
    assert Attacker(joint.system, hidden).extremes(at)[:2] == (6, 6)
