"""What ``imr wanted`` prints and writes for CDC WONDER, against its real request forms.

The forms and the request documents are captures of others (``sources_wonder_api.md`` names them).
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from assets.archive.wanted import Step
from assets.producers.nchs.catalogue import DATASETS
from assets.producers.nchs.wanted.databases import databases, opening
from assets.producers.nchs.wanted.questions import MOST_CELLS, Part, parts, questions
from assets.producers.nchs.wanted.recipe import MENU, MOST_GROUPS, grouped, request, steps
from assets.producers.nchs.wonder.read import DATASET_OF_KIND
from assets.schema.strata.vocabulary import dimensions
from pipelines.commands.wanted_requests import as_xml

TODAY = date(2026, 11, 29)
CALENDARS = {
    kind: next(d.release_months for d in DATASETS if d.dataset_id == name)
    for kind, name in DATASET_OF_KIND.items()
}
NOT_OF_THE_FORM = {
    # Boxes that the captured request leaves out; both are in the form of the database.
    "D133": {"O_show_suppressed", "O_show_zeros"},
}
RESTRICTED = {"V_D176.V5", "V_D176.V6", "V_D77.V5", "V_D157.V5"}
"""Lists in which the request documents choose infants."""


@pytest.fixture(scope="module")
def wonder(shared_data: Path) -> Path:
    return shared_data / "nchs" / "wonder" / "api"


@pytest.fixture(scope="module")
def forms(wonder: Path) -> dict[str, dict[str, Any]]:
    return {
        each.code: json.loads((wonder / "forms" / f"{each.code}.json").read_text("utf-8"))
        for each in databases()
    }


def every_part(state: str = "") -> list[Part]:
    return [p for q in questions() for p in parts(q, TODAY, CALENDARS, state)]


def step(found: tuple[Step, ...], what: str) -> tuple[str, ...]:
    return next(each.boxes for each in found if each.what == what)


@pytest.mark.parametrize("state", ["", "29"])
def test_every_box_is_in_the_form(forms: dict[str, dict[str, Any]], state: str) -> None:
    for part in every_part(state):
        form, database = forms[part.database.code], part.database
        found = steps(part, [y for y in part.years if y != part.years[0]] or part.years)
        where = f"{part.question.name} in {database.code}"
        assert form["url"].endswith(database.page.partition("://")[2]), where
        assert form["hidden"]["dataset_label"] == database.title
        menu = [label.partition(". ")[2] for label in step(found, MENU)]
        left = [label for label in menu if label.endswith("None")]
        assert len(left) <= 1
        assert set(menu) - set(left) <= set(form["group_by"].values()), where
        lists = {s["label"]: [text for _, text in s["options"]] for s in form["selects"].values()}
        assert any(
            text.endswith(")") or "United States" in text for text in lists[database.state_list]
        )
        for box in step(found, database.state_list):
            assert box == "All" or box in [x.removeprefix("+ ") for x in lists[database.state_list]]
        years = [text.removeprefix("+ ") for text in lists[database.year_list]]
        for box in step(found, database.year_list):
            listed = any(text.startswith(box) or f"({box})" in text for text in years)
            assert listed or box.endswith(" if it is listed"), (where, box)
        buttons = {text for options in form["radios"].values() for _, text, _ in options}
        assert {each.boxes[0] for each in found if each.what == "choose the button"} <= buttons
        boxes = {text: ticked for _, _, text, ticked in form["checkboxes"]}
        assert all(boxes[measure] for measure in database.measures)
        for words in step(found, "Other options"):
            verb, _, name = words.partition(" ")
            # What is to be ticked is not, and the other way round, as the form opens.
            assert boxes[name.strip('"')] is (verb == "clear"), (where, words)
        for name in ("Infant Age Groups", "Ten-Year Age Groups"):
            if any(each.what == name for each in found):
                assert set(step(found, name)) <= set(lists[name]), where


def test_a_grouping_with_a_rival_comes_with_its_button(forms: dict[str, dict[str, Any]]) -> None:
    """WONDER: 'To Group Results By {0} you must also select the {1} button'."""
    for part in every_part():
        form = forms[part.database.code]
        chosen = {s.boxes[0] for s in steps(part, part.years) if s.what == "choose the button"}
        for box in grouped(part):
            rivals = [o for o in form["radios"].values() if any(v == box.variable for v, _, _ in o)]
            for options in rivals:
                text, ticked = next((t, on) for v, t, on in options if v == box.variable)
                assert ticked or text in chosen, (part.question.name, box.label)


def test_questions_speak_of_the_dimensions_of_all_producers() -> None:
    """Areas, and ages at death, which are measures, are no dimensions of strata."""
    apart = {"state", "county", "year", "age_of_infant"}
    named = {name for d in databases() for name in d.boxes}
    assert named - apart <= set(dimensions())
    assert {name for q in questions() for name in q.by} <= named


def test_a_question_asks_for_each_year_once_and_for_no_table_that_is_refused() -> None:
    for question in questions():
        found = list(parts(question, TODAY, CALENDARS))
        assert found, question.name
        years = [year for part in found for year in part.years]
        assert len(years) == len(set(years)), question.name
        for part in found:
            boxes = grouped(part)
            assert len(boxes) <= MOST_GROUPS
            groups = [box.groups for box in boxes if box.dimension not in ("state", "county")]
            assert len(part.years) == 1 or max(groups, default=0) * len(part.years) < MOST_CELLS


def test_opening_values_are_those_of_genuine_requests(wonder: Path) -> None:
    known = {each.code for each in databases()}
    compared = 0
    for file in sorted((wonder / "requests").glob("*.xml")):
        code = file.name.partition("_")[0]
        if code not in known:
            continue
        real, ours = read(file.read_bytes()), opening(code)
        assert set(ours) - set(real) == NOT_OF_THE_FORM.get(code, set()), file.name
        assert set(real) <= set(ours), file.name
        year = next(d for d in databases() if d.code == code).boxes["year"].variable
        asked = {*(f"B_{n}" for n in range(1, 6)), f"V_{year}", "O_age", *RESTRICTED}
        labels = {name for name in real if name.startswith("I_")}
        for name in set(real) - asked - labels:
            assert ours[name] == real[name], (file.name, name)
            compared += 1
    assert compared > 1_000


REQUESTS = {
    "D176_infant_deaths_year_month-req.xml": ("mortality_months", "D176"),
    "D192_births_year_month-req.xml": ("natality_months", "D192"),
    "D66_births_year_month-req.xml": ("natality_months", "D66"),
    "D157_infant_deaths_year_month-req.xml": ("mortality_months", "D157"),
    "D69_linked_year-req.xml": ("linked_nation", "D69"),
    "D133_fetal_deaths_year-req.xml": ("fetal_nation", "D133"),
}


@pytest.mark.parametrize("name", REQUESTS)
def test_a_request_is_the_genuine_one_but_for_the_years(wonder: Path, name: str) -> None:
    question, code = REQUESTS[name]
    part = next(p for p in every_part() if p.question.name == question and p.database.code == code)
    ours = read(as_xml(request(part, part.years)))
    real = read((wonder / "requests" / name).read_bytes())
    year = part.database.boxes["year"].variable
    different = {n for n in real if real[n] != ours[n] and not n.startswith("I_")}
    assert different <= {f"V_{year}", f"F_{year}"}
    assert set(ours) - set(real) == NOT_OF_THE_FORM.get(code, set())
    asked = {*ours.get(f"F_{year}", ()), *ours.get(f"V_{year}", ())} - {"", "*All*"}
    assert asked <= {str(y) for y in part.years}


def test_there_is_no_request_for_states_or_counties() -> None:
    """WONDER answers programs for the nation alone (responses/500_location.xml)."""
    for part in every_part():
        sent = request(part, part.years)
        assert bool(sent) == (part.question.level == "nation"), part.question.name
        menu = {value for n in range(1, 6) for value in sent.get(f"B_{n}", ())}
        places = {
            box.code for box in part.database.boxes.values() if box.dimension in ("state", "county")
        }
        assert not menu & places


def read(document: bytes) -> dict[str, tuple[str, ...]]:
    root = ET.fromstring(document)  # noqa: S314
    return {
        str(each.findtext("name")): tuple(value.text or "" for value in each.findall("value"))
        for each in root
    }
