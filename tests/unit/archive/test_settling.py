"""The vintage that a failure comes from is found by trying, and nothing else is taken out."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from assets.archive.settling import TRIALS, Complaint, settle

NONE: frozenset[str] = frozenset()


def _attempt(bad: dict[str, int], tried: list[frozenset[str]]) -> Callable[..., list[Complaint]]:
    """Return a build in which every bad vintage breaks some rows of one rule."""

    def attempt(without: frozenset[str]) -> list[Complaint]:
        tried.append(without)
        rows = {v: n for v, n in bad.items() if v not in without}
        if not rows:
            return []
        return [Complaint("core.observations", "R", "seen", "do", sum(rows.values()), tuple(rows))]

    return attempt


@given(
    st.lists(st.sampled_from("abcdefghij"), unique=True, min_size=1),
    st.dictionaries(st.sampled_from("abcdefghij"), st.integers(1, 50), max_size=3),
)
def test_exactly_the_bad_ones_go_and_the_last_attempt_is_without_them(
    newest: list[str], bad: dict[str, int]
) -> None:
    known = {v: n for v, n in bad.items() if v in newest}
    tried: list[frozenset[str]] = []
    attempt = _attempt(known, tried)
    found = settle(attempt(NONE), attempt, newest, NONE)
    assert set(found.out) == set(known)
    assert found.left == ()
    assert tried[-1] == frozenset(known)


def test_what_no_vintage_explains_takes_nothing_out_and_ends() -> None:
    tried: list[frozenset[str]] = []

    def attempt(without: frozenset[str]) -> list[Complaint]:
        tried.append(without)
        return [Complaint("rates.rates", "R", "seen", "do", 5)]

    found = settle(attempt(NONE), attempt, [f"v{n}" for n in range(100)], NONE)
    assert found.out == {}
    assert [c.rule for c in found.left] == ["R"]
    assert tried[-1] == NONE
    assert len(tried) <= TRIALS + 2


@given(st.integers(1, 40), st.data())
def test_where_nothing_names_it_the_news_are_halved(size: int, data: st.DataObject) -> None:
    news = [f"new{n}" for n in range(size)]
    bad = data.draw(st.sampled_from(news))
    tried: list[frozenset[str]] = []

    def attempt(without: frozenset[str]) -> list[Complaint]:
        tried.append(without)
        return [] if bad in without else [Complaint("", "ValueError", "seen", "", 1 << 20)]

    found = settle(attempt(NONE), attempt, [*news, "old"], frozenset({"old"}))
    assert set(found.out) == {bad}
    assert tried[-1] == {bad}
    # One for all of them, two per halving, and one to stand on the result.
    assert len(tried) <= 3 + 2 * size.bit_length()


def test_two_that_only_together_mend_it_go_together_and_no_other() -> None:
    news = [f"new{n}" for n in range(8)]
    bad = {"new1", "new6"}

    def attempt(without: frozenset[str]) -> list[Complaint]:
        return [] if bad <= without else [Complaint("", "ValueError", "seen.", "", 1 << 20)]

    found = settle(attempt(NONE), attempt, [*news, "old"], frozenset({"old"}))
    assert set(found.out) == bad
    assert "Together with new6." in found.out["new1"].seen


def test_what_fails_without_the_news_too_costs_one_attempt() -> None:
    tried: list[frozenset[str]] = []

    def attempt(without: frozenset[str]) -> list[Complaint]:
        tried.append(without)
        return [Complaint("", "ValueError", "seen", "", 1 << 20)]

    found = settle(attempt(NONE), attempt, ["a", "b", "c", "old"], frozenset({"old"}))
    assert found.out == {}
    assert tried == [NONE, {"a", "b", "c"}, NONE]


def test_news_goes_before_what_a_release_stands_on() -> None:
    """Nation and states contradict each other: either being absent ends the comparison."""

    def attempt(without: frozenset[str]) -> list[Complaint]:
        if without & {"nation", "states"}:
            return []
        return [Complaint("core.observations", "SUM", "seen", "do", 1, ("nation", "states"))]

    states_are_new = settle(attempt(NONE), attempt, ["nation", "states"], frozenset({"nation"}))
    assert set(states_are_new.out) == {"states"}
    nation_is_new = settle(attempt(NONE), attempt, ["states", "nation"], frozenset({"states"}))
    assert set(nation_is_new.out) == {"nation"}


def test_lost_coverage_is_never_mended_by_taking_out_what_it_was_recorded_with() -> None:
    def attempt(without: frozenset[str]) -> list[Complaint]:
        if "old" in without:
            return []
        return [Complaint("rates.rates", "COVERAGE", "seen", "do", 9, ("old",), by_news=True)]

    found = settle(attempt(NONE), attempt, ["old"], frozenset({"old"}))
    assert found.out == {}


def test_a_vintage_whose_absence_breaks_more_stays() -> None:
    def attempt(without: frozenset[str]) -> list[Complaint]:
        if "only" in without:
            return [Complaint("", "NothingToCountError", "no births", "", 1 << 20)]
        return [Complaint("core.observations", "R", "seen", "do", 3, ("only",))]

    assert settle(attempt(NONE), attempt, ["only"], NONE).out == {}


def test_a_wrong_declaration_is_blamed_on_no_vintage() -> None:
    tried: list[frozenset[str]] = []
    wrong = Complaint("rates.rates", "RATES-FRACTIONS", "seen", "do", by_declaration=True)
    found = settle([*_attempt({"a": 3}, tried)(NONE), wrong], _attempt({"a": 3}, []), "a", NONE)
    assert (found.out, len(found.left), tried) == ({}, 2, [NONE])


def test_the_only_extract_goes_where_nothing_fails_but_that_nothing_is_left() -> None:
    def attempt(without: frozenset[str]) -> list[Complaint]:
        if "births" in without:
            return [Complaint("", "NothingToCountError", "no births", "", 1 << 20, nothing=True)]
        if "deaths" in without:
            return [Complaint("", "NothingToCountError", "no deaths", "", 1 << 20, nothing=True)]
        return [Complaint("core.observations", "R", "seen", "do", 1, ("deaths", "births"))]

    found = settle(attempt(NONE), attempt, ["births", "deaths"], NONE)
    assert {v: c.rule for v, c in found.out.items()} == {"deaths": "R"}
    assert [c.nothing for c in found.left] == [True]
