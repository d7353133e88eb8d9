"""How the page says numbers, names and changes."""

from __future__ import annotations

import pytest

from assets.release.documents.page import words


@pytest.mark.parametrize(
    ("value", "decimals", "said"),
    [
        (20_161 / 3_596_017 * 1000, 2, "5.61"),  # United States 2023, NVSR
        (3.65, 1, "3.7"),
        (-0.04, 1, "0.0"),
        (-0.05, 1, "\N{MINUS SIGN}0.1"),
        (1_234_567.0, 0, "1,234,567"),
        (0.0, 2, "0.00"),
        (None, 2, "–"),
    ],
)
def test_a_number_is_rounded_once_half_away_from_zero(
    value: float | None, decimals: int, said: str
) -> None:
    assert words.figure(value, decimals) == said


def test_counts_are_whole_where_they_are_whole() -> None:
    assert words.count(20_161.0) == "20,161"
    assert words.count(12.5) == "12.5"
    assert words.count(None) == "–"


@pytest.mark.parametrize(
    ("before", "now", "verdict", "said"),
    [
        (5.6102, 5.6065, "no_significant_change", "stayed at 5.61; no more than chance would do"),
        (5.4384, 5.6102, "significant_rise",
         "rose from 5.44 to 5.61; more than chance would do"),
        (5.6102, 5.5842, "no_significant_change",
         "fell from 5.61 to 5.58; no more than chance would do"),
        (5.61, 5.58, None, "fell from 5.61 to 5.58; the difference was not tested"),
    ],
)  # fmt: skip
def test_a_change_is_said_with_what_its_test_says(
    before: float, now: float, verdict: str | None, said: str
) -> None:
    assert words.change(before, now, 2, verdict) == said


def test_a_name_cannot_turn_the_direction_of_what_follows_it() -> None:
    assert words.name("\u202eabc\u0000\u2066d") == "abcd"
    assert words.name("שלום") == "\u2068שלום\u2069"
    assert words.name("  \u200f ") == "(no name)"


def test_a_long_name_is_cut_where_it_stands_in_a_sentence() -> None:
    assert len(words.short("x" * 300)) == 60
    assert words.short("x" * 300).endswith("…")
    assert words.name("x" * 300) == "x" * 300


def test_names_are_listed_and_the_rest_is_counted() -> None:
    assert words.listed(["A"]) == "A"
    assert words.listed(["A", "B", "C"]) == "A, B and C"
    assert words.listed(list("ABCDE"), 3) == "A, B, C and 2 more"


def test_groups_have_names_that_people_use() -> None:
    assert words.group("hispanic_origin", "non_hispanic_black") == "Non-Hispanic Black"
    assert (
        words.group("race_single", "american_indian_or_alaska_native")
        == "American Indian or Alaska Native"
    )
    assert words.group("deprivation_decile", "10") == "Decile 10 (least deprived)"
    assert words.group("age_of_mother|sex", "20_24|male") == "20-24 years, Male"
    assert words.group("cause", "By parent") == "By parent"
