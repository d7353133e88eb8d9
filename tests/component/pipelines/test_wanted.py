"""``imr wanted`` as a person and a program use it."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import jsonschema
import pytest
from click.testing import CliRunner, Result

from assets.state.home import Home
from pipelines.cli import main
from tests.pseudo_terminal import on_terminal

FACTS = {
    "type": "object",
    "required": ["wanted", "written"],
    "additionalProperties": False,
    "properties": {
        "written": {"type": "array", "items": {"type": "string"}},
        "wanted": {
            "type": "array",
            "items": {
                "type": "object",
                "required": [
                    "id", "dataset", "wanted", "title", "gaps", "urgency", "because", "measures",
                    "country", "last_had", "source", "page", "steps", "command", "request",
                ],
                "additionalProperties": False,
                "properties": {
                    "id": {"pattern": "^W-[0-9a-f]{6}(-[A-Z]{2})?$"},
                    "dataset": {"type": "string"},
                    "wanted": {"type": "string"},
                    "title": {"type": "string"},
                    "gaps": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "required": ["years", "area"],
                            "properties": {
                                "years": {"type": "array", "items": {"type": "integer"}},
                                "area": {"type": ["string", "null"]},
                            },
                        },
                    },
                    "urgency": {"enum": ["late", "alone", "gap", "claim", "breakdown"]},
                    "because": {"type": "string", "minLength": 10},
                    "measures": {"type": "array", "items": {"type": "string"}},
                    "country": {"enum": ["US", "EW", "UK", None]},
                    "last_had": {"type": ["string", "null"]},
                    "source": {"type": "string"},
                    "page": {"pattern": "^https://"},
                    "steps": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "required": ["what", "boxes"],
                            "properties": {"boxes": {"type": "array"}},
                        },
                    },
                    "command": {"type": ["string", "null"]},
                    "request": {
                        "type": ["object", "null"],
                        "required": ["address", "parameters", "caution"],
                    },
                },
            },
        },
    },
}  # fmt: skip


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    made = Home(tmp_path / "h").create()
    monkeypatch.setenv("IMR_HOME", str(made.root))
    return made


def imr(*words: str) -> Result:
    return CliRunner().invoke(main, ["wanted", *words])


def wider(lines: list[str]) -> list[str]:
    """Return lines of more than 80 letters; an address or a path is never broken."""
    return [x for x in lines if len(x) > 80 and max(map(len, x.split())) < 50]


def test_in_a_new_home_it_lists_everything_and_shows_the_first(home: Home) -> None:
    done = imr()
    assert done.exit_code == 0, done.output
    assert "GAP: the producer has it, and the series lacks it" in done.stdout
    assert (
        "Infant deaths and births of the United States by year: 1995–2023 (4 exports)"
        in done.stdout
    )
    assert done.stdout.count("Group Results By") == 1
    assert wider(done.stdout.splitlines()) == []


def test_the_boxes_stand_in_the_order_of_the_form(home: Home) -> None:
    said = imr("neonatal_mortality", "missouri").stdout
    order = [
        "https://wonder.cdc.gov/lbd-current.html",
        '1. read the data use restrictions, click "I Agree"',
        "2. Group Results By:",
        "1. State",
        "2. Age of Infant at Death",
        "3. Year of Death",
        "4. to 5. None",
        "3. Measures stay ticked: Deaths, Births, Death Rate",
        "4. States: 29  (Missouri)",
        "5. Year of Death: All Years",
        'tick "Export Results"',
        'tick "Show Suppressed Values"',
        "7. Send, and save the file",
        "imr ingest FILE",
        str(home.inbox),
    ]
    text = said[said.index("Infant deaths of the states by age at death and year: 2007") :]
    places = [text.index(words) for words in order]
    assert places == sorted(places)
    assert "--request" not in said


def test_json_has_the_facts_of_every_want(home: Home) -> None:
    answer = json.loads(imr("US-MO", "--json").stdout)
    assert (answer["command"], answer["exit_code"]) == ("wanted", 0)
    jsonschema.validate(answer["result"], FACTS)
    everything = json.loads(imr("--json").stdout)["result"]
    jsonschema.validate(everything, FACTS)
    commands = {w["command"] for w in everything["wanted"]}
    assert commands == {None, "imr run --profile live"}


def test_requests_are_written_for_the_nation_alone(home: Home, tmp_path: Path) -> None:
    nation = json.loads(imr("perinatal_mortality", "US", "--json").stdout)["result"]["wanted"]
    sendable = [want["id"] for want in nation if want["request"]]
    target = tmp_path / "requests"
    done = imr("perinatal_mortality", "US", "--request", f"{target}/")
    assert done.exit_code == 0, done.output
    assert sorted(f.stem for f in target.iterdir()) == sorted(sendable)
    for file in target.iterdir():
        names = [each.findtext("name") for each in ET.parse(file).getroot()]  # noqa: S314
        assert len(names) == len(set(names))
        assert {"B_1", "M_1", "accept_datause_restrictions", "dataset_code"} <= set(names)
    assert done.stderr.count("curl") == len(sendable)
    assert "15 seconds" in done.stderr
    one = tmp_path / "one.xml"
    assert imr(sendable[0], "--request", str(one)).exit_code == 0
    assert one.read_bytes() == (target / f"{sendable[0]}.xml").read_bytes()
    again = imr(sendable[0], "--request", str(one))
    assert again.exit_code == 2
    assert "is there already, and is left as it is" in again.stderr
    several = imr("perinatal_mortality", "US", "--request", str(tmp_path / "x.xml"))
    assert several.exit_code == 2
    assert "do not fit one file" in several.stderr
    missouri = imr("US-MO", "--request", str(tmp_path / "x.xml"))
    assert missouri.exit_code == 1
    assert "for the United States alone" in missouri.stderr.replace("\n", " ")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["infant_mortalty"], "Did you mean 'infant_mortality'"),
        (["Misouri"], "Did you mean 'Missouri'?"),
        (["99999"], "'99999' is no measure, area or W-ID."),
        (["US", "US-MO"], "US and US-MO are two areas; expected one at a time."),
        (["stillbirth", "infant_mortality"], "are two measures; expected one at a time."),
        (["W-000000"], "there is no want W-000000."),
        (["W-000000", "US"], "is one want already; leave out measure and area."),
    ],
)
def test_wrong_words_are_named(home: Home, words: list[str], said: str) -> None:
    done = imr(*words)
    assert done.exit_code == 2
    assert said in done.stderr
    assert done.stdout == ""


def test_nothing_wanted_is_one_line(home: Home) -> None:
    # Nobody is asked for maternal deaths of a state.
    done = imr("live_births_per_population", "29510")
    lines = done.stdout.splitlines()
    assert lines == ["Nothing is wanted for live_births_per_population of 29510: no figure is "
                     "missing."]  # fmt: skip


def test_on_a_terminal_of_80_columns_nothing_is_wider(home: Home) -> None:
    words = [str(Path(sys.executable).with_name("imr")), "wanted", "US-MO"]
    shown = on_terminal(words, environment={"PAGER": "cat"})
    assert shown.exit_code == 0
    assert wider(shown.lines) == []
    assert any(x.lstrip().startswith("[ ]  1. ") for x in shown.lines)
