"""Which groups two populations have in common, and what must not be computed."""

from __future__ import annotations

from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.rates.decompositions.grouping import (
    OTHER,
    Bounds,
    Cell,
    Grouped,
    NoGroupingError,
    Rules,
    Side,
    group,
)

GRAMS = {
    "under_500": Bounds(1, upper=500), "500_999": Bounds(2, 500, 1000),
    "1000_1499": Bounds(3, 1000, 1500), "1500_1999": Bounds(4, 1500, 2000),
    "2000_2499": Bounds(5, 2000, 2500), "2500_2999": Bounds(6, 2500, 3000),
    "3000_3499": Bounds(7, 3000, 3500), "3500_3999": Bounds(8, 3500, 4000),
    "4000_4499": Bounds(9, 4000, 4500), "not_stated": Bounds(99),
}  # fmt: skip
WEEKS = {
    "under_24": Bounds(1, upper=24), "22": Bounds(2, 22, 23), "under_22": Bounds(0, upper=22),
    "23": Bounds(3, 23, 24), "24_and_over": Bounds(4, 24), "24_36": Bounds(5, 24, 37),
    "37_and_over": Bounds(6, 37), "not_stated": Bounds(99),
}  # fmt: skip


def side(name: str, cells: dict, births: float, deaths: float, **more: float) -> Side:
    made = {code: Cell(b, None if d is None else (float(d),)) for code, (d, b) in cells.items()}
    return Side(name, made, births, (float(deaths),), **more)  # type: ignore[arg-type]


def deaths(found: Grouped) -> list[list[float]]:
    return [found.own.deaths[0].tolist(), found.reference.deaths[0].tolist()]


# CDC WONDER, linked file 2016: what is left of each total is more than one withheld group, because
# a single one has 9 deaths at most.
ALABAMA = side(
    "Alabama 2016",
    {
        "under_500": (128, 160), "500_999": (112, 485), "1000_1499": (30, 533),
        "1500_1999": (44, 1176), "2000_2499": (46, 3755), "2500_2999": (69, 12383),
        "3000_3499": (65, 22843), "3500_3999": (29, 14040),
    },
    59151, 534, largest_withheld=9,
)  # fmt: skip
WASHINGTON = side(
    "Washington 2016",
    {
        "under_500": (69, 75), "500_999": (77, 288), "1000_1499": (21, 527),
        "1500_1999": (31, 1172), "2000_2499": (41, 3740), "2500_2999": (50, 13000),
        "3000_3499": (50, 37200), "3500_3999": (38, 25000),
    },
    90505, 391, largest_withheld=9,
)  # fmt: skip


def test_what_two_totals_have_beside_the_groups_is_one_group_more() -> None:
    found = group(ALABAMA, WASHINGTON, Rules(GRAMS, cuts=(1000, 1500, 2500, 4000)))
    assert found.codes == ("under_1000", "1000_1499", "1500_2499", "2500_3999", OTHER)
    assert deaths(found) == [[240, 30, 90, 163, 11], [146, 21, 72, 138, 14]]
    assert found.own.births.tolist() == [645, 533, 4931, 49266, 3776]
    assert found.reference.births.tolist() == [363, 527, 4912, 75200, 9503]
    assert found.own.members[0] == ("under_500", "500_999")


def test_a_single_withheld_group_is_not_computed() -> None:
    few = side("Alabama", {"under_24": (20, 30), "24_36": (30, 900)}, 1000, 57, largest_withheld=9)
    with pytest.raises(NoGroupingError, match="of Alabama one group is withheld"):
        group(few, few, Rules(WEEKS))
    listed = {"under_24": (20, 30), "24_36": (None, 900), "37_and_over": (30, 70)}
    with pytest.raises(NoGroupingError, match="would give it away"):
        group(side("a", listed, 1000, 57), side("b", listed, 1000, 57), Rules(WEEKS))


def test_two_withheld_groups_are_one_for_both() -> None:
    cells = {"under_24": (20, 30), "24_36": (None, 200), "37_and_over": (None, 750)}
    shown = {"under_24": (22, 40), "24_36": (4, 210), "37_and_over": (5, 750)}
    rest = {"not_stated": (2, 20)}
    own = side("a", {**cells, **rest}, 1000, 31)
    found = group(own, side("b", {**shown, **rest}, 1020, 33), Rules(WEEKS))
    assert found.codes == ("under_24", "not_stated", OTHER)
    assert deaths(found) == [[20, 2, 9], [22, 2, 9]]
    assert found.reference.births.tolist() == [40, 20, 960]
    assert found.reference.members[-1] == ("24_36", "37_and_over")


def test_a_wider_group_that_is_printed_stands_for_withheld_ones() -> None:
    cells = {"under_24": (30, 40), "22": (None, 10), "23": (14, 20), "24_and_over": (9, 900)}
    found = group(side("a", cells, 940, 39), side("b", cells, 940, 39), Rules(WEEKS))
    assert found.codes == ("under_24", "24_and_over")
    assert deaths(found)[0] == [30, 9]


def test_groups_of_two_editions_are_merged_until_they_agree() -> None:
    own = side("a", {"under_24": (30, 40), "24_36": (5, 100), "37_and_over": (4, 800)}, 940, 39)
    reference = side(
        "b", {"under_22": (9, 10), "22": (10, 12), "23": (9, 20), "24_and_over": (9, 900)}, 942, 37
    )
    found = group(own, reference, Rules(WEEKS))
    assert found.codes == ("under_24", "24_and_over")
    assert deaths(found) == [[30, 9], [28, 9]]
    assert found.reference.members[0] == ("under_22", "22", "23")


def test_lists_without_a_common_bound_are_both_named() -> None:
    own = side("a", {"under_24": (30, 40), "24_and_over": (9, 900)}, 940, 39)
    reference = side("b", {"under_37": (30, 100), "37_and_over": (9, 900)}, 1000, 39)
    words = {**WEEKS, "under_37": Bounds(5, upper=37)}
    with pytest.raises(NoGroupingError) as caught:
        group(own, reference, Rules(words))
    assert str(caught.value) == (
        "no grouping that both have: a has 24_and_over, under_24; b has 37_and_over, under_37"
    )


def test_a_part_is_not_taken_for_the_whole() -> None:
    part = side("Wales", {"under_24": (30, 40), "24_and_over": (9, 500)}, 940, 60)
    with pytest.raises(NoGroupingError, match="the groups of Wales hold 540 of its 940 births"):
        group(part, part, Rules(WEEKS))
    much = side("Wales", {"under_24": (30, 40), "24_and_over": (9, 900)}, 940, 30)
    with pytest.raises(NoGroupingError, match="hold more than its total: 9 deaths more"):
        group(much, much, Rules(WEEKS))


def test_births_of_another_basis_are_left_out_and_said() -> None:
    # 605,479 registrations, 605,060 of them linked to a birth notification.
    cells = {"under_24": (694, 840), "24_and_over": (1408, 604220)}
    found = group(*[side("a", cells, 605479, 2349)] * 2, Rules(WEEKS))
    assert found.own.left_out == 419
    assert found.own.unlinked.tolist() == [247]


def test_a_group_that_one_population_does_not_have() -> None:
    rules = Rules({"a": Bounds(1), "b": Bounds(2), "new": Bounds(3)})
    own = side("one", {"a": (3, 10), "b": (2, 90), "new": (4, 10)}, 110, 9)
    found = group(own, side("two", {"a": (1, 10), "b": (1, 90)}, 100, 2), rules)
    assert found.codes == ("a", "b", "new")
    assert found.reference.births.tolist() == [10, 90, 0]


def test_groups_that_are_sums_of_others() -> None:
    parts = ("mexican", "cuban")
    rules = Rules({}, merged={"hispanic": parts})
    fine = side(
        "a", {"white": (1, 10), "hispanic": (5, 30), "mexican": (3, 20), "cuban": (2, 10)}, 40, 6
    )
    coarse = side("b", {"white": (1, 10), "hispanic": (5, 30)}, 40, 6)
    assert group(fine, fine, rules).codes == ("mexican", "cuban", "white")
    found = group(fine, coarse, rules)
    assert found.codes == ("hispanic", "white")
    alone = side("c", {"white": (1, 10), "mexican": (3, 20), "cuban": (2, 10)}, 40, 6)
    assert group(alone, coarse, rules).own.members == (("mexican", "cuban"), ("white",))
    assert group(coarse, coarse, rules).codes == ("hispanic", "white")


def test_parts_that_are_not_all_of_a_group_do_not_replace_it() -> None:
    # Irish Republic and the members since 2004 are a part of the European Union.
    merged = {"outside": ("eu", "asia"), "eu": ("irish_republic",), "asia": ("india", "other")}
    cells = {
        "home": (9, 90), "outside": (20, 70), "eu": (8, 30), "irish_republic": (1, 5),
        "asia": (12, 40), "india": (7, 25), "other": (5, 15),
    }  # fmt: skip
    found = group(*[side("a", cells, 160, 29)] * 2, Rules({}, merged=merged))
    assert set(found.codes) == {"home", "eu", "india", "other"}
    assert found.own.births.sum() == 160


def test_one_group_is_none() -> None:
    with pytest.raises(NoGroupingError, match="no grouping that both have"):
        group(*[side("a", {"a": (3, 10)}, 10, 3)] * 2, Rules({}))


BOUNDS = st.lists(st.integers(1, 9), unique=True, min_size=1, max_size=5).map(sorted)


@given(BOUNDS, BOUNDS, st.lists(st.integers(0, 30), min_size=20, max_size=20))
def test_every_birth_and_death_is_in_one_group(a: list, b: list, counts: list) -> None:
    def of(name: str, cuts: list) -> tuple[Side, dict[str, Bounds]]:
        ends = [-inf, *cuts, inf]
        words = {
            f"{low}_{high}": Bounds(at, low, high)
            for at, (low, high) in enumerate(zip(ends, ends[1:], strict=False))
        }
        cells = {c: (counts[at], counts[at] + 10) for at, c in enumerate(words)}
        born, died = sum(c[1] for c in cells.values()), sum(c[0] for c in cells.values())
        return side(name, cells, born, died), words

    own, own_words = of("a", a)
    reference, words = of("b", b)
    rules = Rules(own_words | words)
    if not set(a) & set(b):
        with pytest.raises(NoGroupingError):
            group(own, reference, rules)
        return
    found = group(own, reference, rules)
    assert len(found.codes) == len(set(a) & set(b)) + 1
    for made, of_side in ((found.own, own), (found.reference, reference)):
        assert made.births.sum() == of_side.births
        assert made.deaths.sum() + made.unlinked.sum() == sum(of_side.deaths)
