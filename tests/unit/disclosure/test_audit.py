"""Audit and complementary suppression against published test problems.

The tables are Geurts (1992) and Fischetti–Salazar as printed in the Handbook on Statistical
Disclosure Control, the two problems of the R package sdcTable, and small window and release
problems whose answers follow by hand.
"""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from assets.disclosure.audit import AuditError, Interval, interval, unsafe
from assets.disclosure.complementary import protect
from assets.disclosure.system import CellSystem, build


def table(rows: list[str], columns: list[str], inner: list[list[float]]) -> CellSystem:
    """Two-way table with margins; cells are (row, column), 'T' is the total."""
    values: dict[object, float] = {}
    for r, line in zip(rows, inner, strict=True):
        for c, value in zip(columns, line, strict=True):
            values[r, c] = value
    for r in rows:
        values[r, "T"] = sum(values[r, c] for c in columns)
    for c in [*columns, "T"]:
        values["T", c] = sum(values[r, c] for r in rows)
    relations = [{(r, "T"): 1.0, **{(r, c): -1.0 for c in columns}} for r in [*rows, "T"]]
    relations += [{("T", c): 1.0, **{(r, c): -1.0 for r in rows}} for c in [*columns, "T"]]
    return build(values, relations)


def intervals(system: CellSystem, hidden: list[object]) -> dict[object, tuple[float, float]]:
    mask = system.index(hidden)
    found = {h: interval(system, mask, h) for h in hidden}
    return {h: (round(i.lowest, 6), round(i.highest, 6)) for h, i in found.items()}


def test_geurts_table() -> None:
    # Rows sum to 7, 3, 6 and columns to 9, 7; the third row is public.
    system = table(["1", "2", "3"], ["1", "2"], [[5, 2], [1, 2], [3, 3]])
    hidden = [("1", "1"), ("1", "2"), ("2", "1"), ("2", "2")]
    assert intervals(system, hidden) == {
        ("1", "1"): (3, 6),
        ("1", "2"): (1, 4),
        ("2", "1"): (0, 3),
        ("2", "2"): (0, 3),
    }


INVESTMENT = table(["I", "II", "III"], ["A", "B", "C"], [[20, 50, 10], [8, 19, 22], [17, 32, 12]])


def test_investment_table() -> None:
    hidden = [("II", "A"), ("II", "C"), ("III", "A"), ("III", "C")]
    assert intervals(INVESTMENT, hidden) == {
        ("II", "C"): (5, 30),
        ("II", "A"): (0, 25),
        ("III", "A"): (0, 25),
        ("III", "C"): (4, 29),
    }


PROBLEM = table(
    ["w", "x", "y", "z"],
    ["a", "b", "c", "d"],
    [[30, 47, 64, 89], [90, 124, 5, 31], [92, 100, 59, 85], [800, 991, 651, 685]],
)
PROBLEM_HIDDEN = [tuple(x) for x in ("wa", "wb", "wc", "xa", "xc", "yb", "yd", "zb", "zd")]


def test_problem_with_two_hidden_in_every_line_still_leaks() -> None:
    assert intervals(PROBLEM, PROBLEM_HIDDEN) == {
        ("w", "a"): (25, 94),
        ("w", "b"): (47, 47),
        ("w", "c"): (0, 69),
        ("x", "a"): (26, 95),
        ("x", "c"): (0, 69),
        ("y", "b"): (0, 185),
        ("y", "d"): (0, 185),
        ("z", "b"): (906, 1091),
        ("z", "d"): (585, 770),
    }
    hidden = PROBLEM.index(PROBLEM_HIDDEN)
    leaks = unsafe(PROBLEM, hidden, hidden)
    assert [leak.cell for leak in leaks] == [("w", "b")]


def test_problem_is_safe_with_one_more_cell() -> None:
    hidden = PROBLEM.index([*PROBLEM_HIDDEN, ("x", "d")])
    found = interval(PROBLEM, hidden, ("w", "b"))
    assert (round(found.lowest, 6), round(found.highest, 6)) == (0, 78)
    assert unsafe(PROBLEM, hidden, hidden) == []


def test_heuristic_finds_the_cheapest_repair_of_the_problem() -> None:
    hidden = PROBLEM.index(PROBLEM_HIDDEN)
    margins = np.array(["T" in name for name in PROBLEM.names])
    pattern = protect(PROBLEM, PROBLEM.index([("w", "b")]), hidden=hidden, forced=margins)
    added = [n for n, p, h in zip(PROBLEM.names, pattern, hidden, strict=True) if p and not h]
    assert added == [("x", "d")]


def linked_tables() -> CellSystem:
    counts = {"A": 2, "B": 2, "I": 8, "J": 8, "K": 3, "L": 3, "M": 3, "N": 7}
    values: dict[object, float] = {k: float(v) for k, v in counts.items()}
    values |= {"county-1": 20, "county-2": 16, "big": 6, "small": 30, "T": 36}
    relations = [
        {"county-1": 1.0, "A": -1.0, "B": -1.0, "I": -1.0, "J": -1.0},
        {"county-2": 1.0, "K": -1.0, "L": -1.0, "M": -1.0, "N": -1.0},
        {"big": 1.0, "L": -1.0, "M": -1.0},
        {"small": 1.0, **dict.fromkeys(["A", "B", "I", "J", "K", "N"], -1.0)},
        {"T": 1.0, "county-1": -1.0, "county-2": -1.0},
        {"T": 1.0, "big": -1.0, "small": -1.0},
    ]
    return build(values, relations)


def test_linked_tables_give_a_cell_away_together() -> None:
    system = linked_tables()
    hidden = ["A", "B", "K", "L", "M"]
    found = intervals(system, hidden)
    assert found["K"] == (3, 3)
    assert intervals(system, [*hidden, "N"])["K"] == (0, 10)


def test_heuristic_repairs_linked_tables() -> None:
    system = linked_tables()
    totals = system.index(["county-1", "county-2", "big", "small", "T"])
    sensitive = system.index(["A", "B", "K", "L", "M"])
    pattern = protect(system, sensitive, forced=totals)
    assert pattern[system.names.index("N")]
    assert unsafe(system, pattern, sensitive) == []


def windows() -> CellSystem:
    values: dict[object, float] = {1: 2, 2: 5, 3: 4, 4: 6, "1-3": 11, "2-4": 15}
    return build(
        values,
        [
            {"1-3": 1.0, 1: -1.0, 2: -1.0, 3: -1.0},
            {"2-4": 1.0, 2: -1.0, 3: -1.0, 4: -1.0},
        ],
    )


def test_windows_recover_a_hidden_year() -> None:
    system = windows()
    assert intervals(system, [1])[1] == (2, 2)
    sensitive = system.index([1])
    pattern = protect(system, sensitive)
    assert unsafe(system, pattern, sensitive) == []
    assert pattern.sum() > 1


def test_two_releases_recover_a_cell_that_each_hides() -> None:
    values: dict[object, float] = {"A": 2, "B": 6, "C": 7, "D": 9, "T": 24}
    system = build(values, [{"T": 1.0, "A": -1.0, "B": -1.0, "C": -1.0, "D": -1.0}])
    assert unsafe(system, system.index(["A", "B"]), system.index(["A"])) == []
    assert unsafe(system, system.index(["A", "C"]), system.index(["A"])) == []
    once_hidden_always = system.index(["A"])
    assert unsafe(system, once_hidden_always, system.index(["A"])) == [Interval("A", 2, 2, 2)]


def test_cells_already_public_are_never_chosen() -> None:
    values: dict[object, float] = {"A": 2, "B": 6, "C": 7, "D": 9, "T": 24}
    system = build(values, [{"T": 1.0, "A": -1.0, "B": -1.0, "C": -1.0, "D": -1.0}])
    pattern = protect(system, system.index(["A"]), forced=system.index(["B", "T"]))
    assert [n for n, p in zip(system.names, pattern, strict=True) if p] == ["A", "C"]
    trapped = system.index(["B", "C", "D", "T"])
    pattern = protect(system, system.index(["A"]), forced=trapped)
    assert unsafe(system, pattern, system.index(["A"]))


def test_a_sensitive_cell_left_open_is_reported() -> None:
    system = windows()
    assert unsafe(system, system.index([]), system.index([1])) == [Interval(1, 2, 2, 2)]


def test_a_cell_that_cannot_be_larger_is_reported() -> None:
    system = build({"A": 2, "B": 0, "T": 2}, [{"T": 1.0, "A": -1.0, "B": -1.0}])
    hidden = system.index(["A", "B"])
    assert unsafe(system, hidden, system.index(["A"])) == [Interval("A", 2, 0, 2)]


def test_what_proves_one_side_of_a_cell_does_not_prove_the_other() -> None:
    # A + C = 3 and B = 5 + C with C = 0: the smallest A shows a larger B, but none is smaller.
    values: dict[object, float] = {"A": 3, "B": 5, "C": 0, "three": 3, "five": 5}
    system = build(
        values, [{"three": 1.0, "A": -1.0, "C": -1.0}, {"B": 1.0, "five": -1.0, "C": -1.0}]
    )
    leaks = unsafe(system, system.index(["A", "B", "C"]), system.index(["A", "B"]))
    assert {(leak.cell, leak.lowest, leak.highest) for leak in leaks} == {("A", 0, 3), ("B", 5, 8)}


def test_contradictory_figures_stop_the_audit() -> None:
    system = build({"A": 2, "B": float("nan"), "T": 1}, [{"T": 1.0, "A": -1.0, "B": -1.0}])
    with pytest.raises(AuditError, match="add up"):
        interval(system, system.index(["B"]), "B")


def brute_force(system: CellSystem, hidden: np.ndarray, cell: int, largest: int) -> tuple[int, int]:
    """Extremes over all whole counts up to ``largest``, by trying every combination."""
    cells = np.flatnonzero(hidden)
    feasible = []
    for guess in itertools.product(range(largest + 1), repeat=len(cells)):
        counts = system.values.copy()
        counts[cells] = guess
        if not np.any(system.relations @ counts):
            feasible.append(counts[cell])
    return int(min(feasible)), int(max(feasible))


@pytest.mark.parametrize("seed", range(8))
def test_random_tables_against_exhaustive_search(seed: int) -> None:
    random = np.random.default_rng(seed)
    system = table(["1", "2", "3"], ["1", "2"], random.integers(0, 7, (3, 2)).tolist())
    hidden = random.random(len(system.names)) < 0.35
    hidden &= np.array(["T" not in n for n in system.names])
    for cell in np.flatnonzero(hidden):
        low, high = brute_force(system, hidden, cell, 12)
        found = interval(system, hidden, system.names[cell])
        # Two-way tables are totally unimodular, so the extremes are whole counts.
        assert (found.lowest, found.highest) == pytest.approx((low, high))


@pytest.mark.parametrize("seed", range(8))
def test_patterns_of_random_tables_pass_the_audit(seed: int) -> None:
    random = np.random.default_rng(seed)
    system = table(list("abcd"), list("xyz"), random.integers(0, 25, (4, 3)).tolist())
    sensitive = (system.values >= 1) & (system.values <= 9)
    pattern = protect(system, sensitive)
    assert (pattern | ~sensitive).all()
    assert unsafe(system, pattern, sensitive) == []


def test_that_a_count_is_small_must_not_be_certain() -> None:
    # x + y = 7 and x = z + a, with a = 2 public: x is 2 to 7.
    values = {"x": 4.0, "y": 3.0, "z": 2.0, "a": 2.0, "s": 7.0}
    system = build(values, [{"s": 1, "x": -1, "y": -1}, {"x": 1, "z": -1, "a": -1}])
    hidden, sensitive = system.index(["x", "y", "z"]), system.index(["x"])
    assert interval(system, hidden, "x").is_safe
    beyond = np.tile([0.0, 10.0], (5, 1))
    (found,) = unsafe(system, hidden, sensitive, beyond)
    assert (found.cell, found.lowest, found.highest) == ("x", 2, 7)
    pattern = protect(system, sensitive, forced=system.index(["s"]), beyond=beyond)
    assert unsafe(system, pattern, sensitive, beyond) == []
    assert pattern[system.names.index("a")]


def test_years_that_a_window_ties_together_are_protected_with_four_cells() -> None:
    # Twelve years of three areas with their total, tied into one system by a window of all years.
    years, areas = range(12), "ABC"
    values = {(a, y): float(10 + 3 * y + n) for n, a in enumerate(areas) for y in years}
    values["A", 5] = 4.0
    values |= {("T", y): sum(values[a, y] for a in areas) for y in years}
    values |= {(a, "all"): sum(values[a, y] for y in years) for a in (*areas, "T")}
    relations = [{("T", y): 1.0, **{(a, y): -1.0 for a in areas}} for y in (*years, "all")]
    relations += [{(a, "all"): 1.0, **{(a, y): -1.0 for y in years}} for a in (*areas, "T")]
    system = build(values, relations)
    secret = system.index([("A", 5)])
    hidden = protect(system, secret)
    assert unsafe(system, hidden, secret) == []
    assert hidden.sum() == 4, "the secret, one beside it, and the same two of another year"
