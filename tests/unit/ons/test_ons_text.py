"""Printed texts: padding, glued footnotes, stand-in characters."""

from __future__ import annotations

import pytest

from assets.producers.ons.workbooks import text


@pytest.mark.parametrize(
    ("printed", "name"),
    [
        ("County Durham UA 4                  ", "County Durham UA"),
        ("UNITED KINGDOMP", "UNITED KINGDOM"),
        ("UNITED KINGDOM p", "UNITED KINGDOM"),
        ("ENGLAND AND WALES2", "ENGLAND AND WALES"),
        ("ENGLAND\u201a WALES AND ELSEWHERE4", "ENGLAND, WALES AND ELSEWHERE"),
        ("SCOTLAND 1,4      ", "SCOTLAND"),
        ("NORTHERN IRELANDP", "NORTHERN IRELAND"),
        ("AntrimP", "Antrim"),
        ("Hackney and City of London 7 ", "Hackney and City of London"),
        ("Rhondda\u201a Cynon\u201a Taff  ", "Rhondda, Cynon, Taff"),
        ("Cornwall UA  and Isles of Scilly UA 5", "Cornwall UA and Isles of Scilly UA"),
        ("St. Helens", "St. Helens"),
        ("Tyne and Wear (Met county)", "Tyne and Wear (Met county)"),
        ("King\u2019s Lynn and West Norfolk", "King\u2019s Lynn and West Norfolk"),
    ],
)
def test_area_names_lose_padding_and_footnote_marks_only(printed: str, name: str) -> None:
    assert text.area_name(printed) == name
    assert text.is_area_name(name)


@pytest.mark.parametrize("damaged", ["", "Brid\x00end", "Inv\u00e52", "[kwth", "12", "contents"])
def test_a_damaged_name_is_no_area_name(damaged: str) -> None:
    assert not text.is_area_name(damaged)


@pytest.mark.parametrize(
    ("printed", "code"),
    [
        ("E06000047", "E06000047"),
        ("K02000001         ", "K02000001"),
        ("K04000001, J990000014", "K04000001, J99000001"),
        ("E06000052, E06000053", "E06000052, E06000053"),
        ("1 Figures for England and Wales", None),
        ("E0600005", None),
        ("E06000052,", None),
        ("", None),
        (657076.0, None),
    ],
)
def test_codes_are_read_alone_or_in_lists(printed: object, code: str | None) -> None:
    assert text.area_code(printed) == code


@pytest.mark.parametrize(
    ("printed", "year"),
    [
        (2017.0, "2017"),
        ("20184", "2018"),
        ("1980", "1980"),
        (2019, None),
        ("201", None),
        ("", None),
    ],
)
def test_years_lose_a_glued_footnote_digit(printed: object, year: str | None) -> None:
    assert text.year_label(printed, 2018) == year


def test_header_footnotes_are_dropped_where_they_are_glued() -> None:
    assert text.header_fragment("Rates2,3") == "Rates"
    assert text.header_fragment("Stillbirths2") == "Stillbirths"
    assert text.header_fragment("General Fertility Rate (GFR)4") == ("General Fertility Rate (GFR)")
    assert text.header_fragment("Females aged     15 to 44") == ("Females aged 15 to 44")
    assert text.header_fragment("Note 2") == "Note 2"
    assert text.header_fragment("Live births [note 3][note 12]") == "Live births"


def test_header_comparison_ignores_case_dashes_and_blanks() -> None:
    assert text.header_key("Childhood deaths 1\u20134 years") == text.header_key(
        "CHILDHOOD DEATHS 1-4  years "
    )
    assert text.header_key("Neonatal deaths") != text.header_key("Postneonatal deaths")


@pytest.mark.parametrize(
    ("title", "year"),
    [
        ("Table 1: child deaths under 161: numbers and rates, 1980 to 2018", 2018),
        ("Table 1a: Deaths, 2011 registrations, United Kingdom", 2011),
        ("Table 3: area of residence, 2022 [note 3][note 12]", 2022),
        ("Table 3: area of residence", None),
    ],
)
def test_the_edition_is_the_last_year_of_the_title(title: str, year: int | None) -> None:
    assert text.last_year(title) == year
