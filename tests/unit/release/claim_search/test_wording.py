"""What a sentence states, in the words of people."""

from __future__ import annotations

from datetime import date

import pytest

from assets.release.claim_search.wording import (
    Meaning,
    NotUnderstoodError,
    Period,
    read_statement,
    words_of,
)

PHRASES = {
    words_of(phrase): Meaning(kind, names)
    for phrase, kind, names in (
        ("US", "area", ("US",)),
        ("Missouri", "area", ("US-MO",)),
        ("US-MO", "area", ("US-MO",)),
        ("England", "area", ("E92000001",)),
        ("England and Wales", "area", ("K04000001",)),
        ("E06000047", "area", ("E06000047",)),
        ("neonatal", "measure", ("neonatal_mortality",)),
        ("early neonatal", "measure", ("early_neonatal_mortality",)),
        ("Black", "group", ("race_bridged=black",)),
        ("White", "group", ("race_bridged=white",)),
        ("under 24 weeks", "group", ("gestation=under_24",)),
        ("at least 24 weeks", "group", ("gestation=24_and_over",)),
        ("20-24 years", "group", ("age_of_mother=20_24",)),
    )
}


@pytest.mark.parametrize(
    ("words", "period"),
    [
        ("6.3 US 2008-2009", "2008-2009"),
        ("6.3 US 2008\N{EN DASH}09", "2008-2009"),
        ("6.3 in the US, 2008/09.", "2008-2009"),
        ("6.3 US between 2008 and 2009", "2008-2009"),
        ("6.3 US from 2008 to 2009", "2008-2009"),
        ("in 2009 the US rate was 6.3", "2009"),
        ("6.3 US 12 months to 2021-03", "12 months to 2021-03"),
        ("6.3 US 2021-03", "12 months to 2021-03"),
        ("6.3 US 12 months ending March 2021", "12 months to 2021-03"),
        ("6.3 US year ending Sept 2021", "12 months to 2021-09"),
        ("6.3 US 12 months to 2024-12", "2024"),
    ],
)
def test_periods(words: str, period: str) -> None:
    found = read_statement(words, PHRASES)
    assert (found.number.text, found.areas) == ("6.3", [("US",)])
    assert [str(p) for p in found.periods] == [period]


def test_twelve_months_have_both_ends() -> None:
    (period,) = read_statement("5.4 US 12 months to 2021-02", PHRASES).periods
    assert period == Period(date(2020, 3, 1), date(2021, 2, 28))


@pytest.mark.parametrize(
    ("words", "text", "unit", "per"),
    [
        ("19,800 US 2023", "19,800", "", None),
        ("6.3 per 1,000 live births US", "6.3", "rate", 1000),
        ("6.3\N{PER MILLE SIGN} US", "6.3", "rate", 1000),
        ("630 per 100,000 US", "630", "rate", 100_000),
        ("0.63% US", "0.63", "rate", 100),
        ("0.63 per cent US", "0.63", "rate", 100),
        ("505 deaths in Missouri", "505", "count", None),
        ("\N{MINUS SIGN}7% US 2008-2009 2006-2007", "-7", "change", 100),
        ("fell 7 percent, US 2006-2007 to 2008-2009", "-7", "change", 100),
        ("rose 3% US 2021 2022", "3", "change", 100),
        ("Black-white 2.4 US", "2.4", "ratio", None),
        ("1 in 180 babies died in the US", "180", "one in", None),
        ("one in every 180, US", "180", "one in", None),
        ("twice the rate of White babies, Black US", "2", "ratio", None),
        ("Black babies die at three times the rate of white babies US", "3", "ratio", None),
        ("Black babies die at 2.4 times the rate of White babies, US", "2.4", "ratio", None),
    ],
)
def test_numbers_and_units(words: str, text: str, unit: str, per: int | None) -> None:
    found = read_statement(words, PHRASES)
    assert (found.number.text, found.unit, found.per) == (text, unit, per)


def test_more_than_a_number_is_kept() -> None:
    found = read_statement("more than 6,200 babies died in Missouri, 2002 to 2012", PHRASES)
    assert (found.number.bound, found.unit, found.areas) == ("more than", "count", [("US-MO",)])


@pytest.mark.parametrize(
    ("words", "group"),
    [
        ("120.5 <24 weeks England", "gestation=under_24"),
        ("120.5 England, born under 24 weeks", "gestation=under_24"),
        ("2.3 England \N{GREATER-THAN OR EQUAL TO}24 weeks", "gestation=24_and_over"),
        ("4.1 England mothers 20-24 years", "age_of_mother=20_24"),
    ],
)
def test_a_group_may_be_named_by_its_bounds(words: str, group: str) -> None:
    found = read_statement(words, PHRASES)
    assert (found.groups, found.areas) == ([(group,)], [("E92000001",)])
    assert not found.number.bound


def test_the_longest_name_is_meant_and_areas_are_added_up() -> None:
    found = read_statement("2.8 early neonatal England and Wales, us-mo", PHRASES)
    assert found.areas == [("K04000001",), ("US-MO",)]
    assert found.measures == ("early_neonatal_mortality",)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("6.3 Misouri", "not understood: 'misouri'. Did you mean 'missouri'?"),
        ("US 2009", "no number is stated in 'US 2009'"),
        ("6.3 7.1 US", "several numbers are stated (6.3, 7.1)"),
        ("6.3 US 2008 2009 2010", "several periods are stated (2008, 2009, 2010)"),
        ("6.3 neonatal early neonatal US", "two measures are stated"),
        ("505 deaths Missouri 2009, 2010", "several periods are stated (2009, 2010)"),
    ],
)
def test_what_cannot_be_read_in_one_way_is_refused(words: str, said: str) -> None:
    with pytest.raises(NotUnderstoodError) as refused:
        read_statement(words, PHRASES)
    assert said in str(refused.value)


@pytest.mark.parametrize(
    ("words", "every", "about"),
    [
        ("every state more than 4 2022", ("state",), ""),
        ("above 4 in all of the 50 states 2022", ("state",), ""),
        ("each region of England at least 3.3", ("region",), ""),
        ("all counties under 12", ("county",), ""),
        ("94 deaths averted England 2022", (), "averted"),
        ("12.5% of deaths Black US 2016", (), "deaths"),
        ("12.5% of live births Black US 2016", (), "births"),
        ("39% due to Black US 2016", (), "part"),
        ("upper bound 2.75 England 2022", (), "bound"),
        ("505 deaths in Missouri", (), ""),
    ],
)
def test_what_is_asked_for_instead_of_a_rate(
    words: str, every: tuple[str, ...], about: str
) -> None:
    found = read_statement(words, PHRASES)
    assert (found.every, found.about) == (every, about)


def test_two_years_of_a_part_are_those_of_both_rates() -> None:
    found = read_statement("0.16 of the difference England 2014 2022", PHRASES)
    assert ([str(p) for p in found.periods], found.unit) == (["2014", "2022"], "")


def test_at_least_holds_for_the_number_itself() -> None:
    assert read_statement("every state at least 4", PHRASES).is_inclusive
    assert not read_statement("every state more than 4", PHRASES).is_inclusive
