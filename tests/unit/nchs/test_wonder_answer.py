"""Answers of CDC WONDER to programs are read as the exports that they are.

The answers are genuine: one whole table of the underlying causes of death, its parts, and errors.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from assets.archive.errors import ExtractError
from assets.archive.intake import judge
from assets.producers.nchs.catalogue import DATASETS
from assets.producers.nchs.identify import identify
from assets.producers.nchs.wonder.answer import as_export, error_of
from assets.producers.nchs.wonder.read import parse_mortality

MORTALITY = next(d for d in DATASETS if d.dataset_id == "nchs_wonder_mortality")
HEAD = (
    '<?xml version="1.0"?>\n<page><title>Results Form</title>'
    '<dataset label="Multiple Cause of Death, 1999-2020">'
    '<variable code="D77.V9" label="States"><hier-level code="D77.V9-level1" label="State"/>'
    '</variable><variable code="D77.V1" label="Year/Month"><hier-level code="D77.V1-level1" '
    'label="Year"/><hier-level code="D77.V1-level2" label="Month"/></variable>'
    '<measure code="D77.M1" label="Deaths"/><measure code="D77.M2" label="Population"/>'
    '<measure code="D77.M3" label="Crude Rate"/></dataset><response>'
    '<request query-date="Nov 2, 2026 9:00:00 AM"><variable-selections/><byvariables>'
    '<variable code="{0}"/><variable code="{1}"/></byvariables><measure-selections>'
    '<measure code="D77.M1"/><measure code="D77.M2"/><measure code="D77.M3"/>'
    "</measure-selections><other-parameters/></request>"
)
TAIL = "</response></page>"


@pytest.fixture(scope="module")
def responses(shared_data: Path) -> Path:
    return shared_data / "nchs" / "wonder" / "api" / "responses"


def test_a_genuine_answer_is_read_row_by_row(responses: Path) -> None:
    file = responses / "D76_200_year_x_race_full.xml"
    assert identify(file) == "nchs_wonder_mortality"
    parsed = parse_mortality(file)
    deaths = parsed.frame[parsed.frame["source_column"] == "Deaths"]
    assert len(deaths) == 80
    # The label of the year stands at the first of its four rows alone.
    by_key = deaths.set_index(["year_code", "race_code"])["value"]
    assert by_key["1999", "1002-5"] == 210
    assert by_key["1999", "2106-3"] == 5067
    assert by_key["2000", "A-PI"] == 87
    assert by_key["2018", "2106-3"] == 5371
    rates = parsed.frame[parsed.frame["source_column"] == "Crude Rate"]
    assert rates["value"].iloc[0] == 15.270428379
    assert parsed.metadata["Group By"] == "Year; Race"
    assert parsed.metadata["Query Date"] == "Dec 17, 2020 11:39:59 AM"
    assert parsed.metadata["Parameter: ICD-10 Codes"] == "Diseases of the digestive system"


def test_what_the_answer_was_restricted_to_refuses_it_as_it_does_an_export(responses: Path) -> None:
    """Deaths at 15 to 44 years of one chapter of causes are no infant deaths."""
    file = responses / "D76_200_year_x_race_full.xml"
    errors, _ = judge(MORTALITY, parse_mortality(file), file.name)
    assert [error.rule for error in errors] == ["INTAKE-WONDER-QUERY"]
    said = str(errors[0].details["rows"])
    assert "Diseases of the digestive system" in said
    assert "deaths of all ages" in said


def test_totals_and_codes_of_states_are_kept_apart(responses: Path) -> None:
    """The genuine table repeats its labels, has codes of states, and totals of one and two."""
    table = (responses / "200_rows_nested_totals_cd.xml").read_text("utf-8")
    text = as_export(HEAD.format("D77.V9-level1", "D77.V1-level1") + table + TAIL, "x.xml")
    rows = [line.split("\t") for line in text.splitlines()[1:5]]
    assert rows == [
        ["", "New York", "36", "2019", "2019", "126512", "20221642", "625.626741884"],
        ["", "New York", "36", "2020", "2020", "111774", "20108296", "555.860128576"],
        ["Total", "New York", "36", "", "", "2590172", "449858764", "575.774489079"],
        ["Total", "", "", "", "", "13529718", "2608584682", "518.661253106"],
    ]


def test_months_and_trailing_blanks_have_their_codes() -> None:
    table = (
        '<data-table><r><c l="2024 " r="2"/><c l="Apr., 2024"/><c v="1,600"/>'
        '<c v="Not Applicable"/><c v="Not Applicable"/></r>'
        '<r><c l="May, 2024 (provisional)"/><c v="1,650"/>'
        '<c v="Not Applicable"/><c v="Not Applicable"/></r></data-table>'
    )
    text = as_export(HEAD.format("D77.V1-level1", "D77.V1-level2") + table + TAIL, "x.xml")
    assert [line.split("\t")[1:6] for line in text.splitlines()[1:3]] == [
        ["2024", "2024", "Apr., 2024", "2024/04", "1600"],
        ["2024", "2024", "May, 2024 (provisional)", "2024/05", "1650"],
    ]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("429.txt", "Request rate exceeded."),
        ("500_location.xml", "Only national data are available for this dataset"),
        ("500_bad_code.xml", "Code '2024' isn't a valid code value"),
    ],
)
def test_an_error_is_said_in_the_words_of_the_producer(
    responses: Path, name: str, said: str
) -> None:
    assert said in error_of((responses / name).read_text("utf-8"))
    assert identify(responses / name) is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<page><title>Results", "XML that is not whole"),
        ("<page><!DOCTYPE a [<!ENTITY b 'c'>]></page>", "declares entities"),
        ("<page><message>Rows are hidden.</message></page>", "Rows are hidden."),
        (
            HEAD.format("D77.V9-level1", "D77.V1-level1")
            + '<data-table><r><c l="Atlantis"/><c l="2019"/><c v="1"/><c v="2"/><c v="3"/></r>'
            + f"</data-table>{TAIL}",
            "the label 'Atlantis' without code",
        ),
        (
            HEAD.format("D77.V9-level1", "D77.V1-level1")
            + '<data-table><r><c l="Ohio" cd="39"/><c l="2019"/><c v="1"/></r></data-table>'
            + TAIL,
            "1 figures",
        ),
        (
            HEAD.format("D77.V9-level1", "D77.V1-level1")
            + '<data-table><r><c l="2019"/><c v="1"/><c v="2"/><c v="3"/></r></data-table>'
            + TAIL,
            "2019",
        ),
    ],
)
def test_half_an_answer_is_refused(text: str, said: str) -> None:
    with pytest.raises(ExtractError) as refused:
        as_export(text, "x.xml")
    assert refused.value.rule == "WONDER-ANSWER"
    assert said in str(refused.value)


def test_any_other_text_is_left_as_it_is() -> None:
    for text in ('"Notes"\t"State"\n', "<html><page>", ""):
        assert as_export(text, "x.txt") == text
