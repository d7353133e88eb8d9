"""``imr claim`` as a person uses it, on a release."""

from __future__ import annotations

import json
import shlex
from typing import Any

import pytest
from click.testing import CliRunner, Result

from assets.state.home import Home
from pipelines.cli import main
from tests.component.release.test_explain import three_years_of_missouri
from tests.worlds import Worlds


@pytest.fixture
def home(worlds: Worlds) -> Home:
    """A home with one release: Missouri 2008, 2009, 2010 and 2008-2010. Read only."""
    return worlds.made(three_years_of_missouri)


def run(home: Home, *words: str) -> Result:
    return CliRunner().invoke(main, words, env={"IMR_HOME": str(home.root)})


def answer(home: Home, *words: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run(home, "claim", *words, "--json").stdout)
    return found.get("result", found.get("error"))


def test_the_printed_commands_walk_the_number_back_to_its_cells(home: Home) -> None:
    found = answer(home, "6.93 Missouri 2008-2010")
    match = next(m for m in found["true"] if m["is_as_stated"])
    assert (match["made_of"], match["rounding"]) == (
        "1,641 infant deaths / 236,627 live births", "rounded to 2 decimals",
    )  # fmt: skip
    (command,) = match["explain"]
    said = run(home, *shlex.split(command)[1:])
    assert said.exit_code == 0, said.output
    assert "1,000 × 1,641 / 236,627" in said.output


def test_years_that_are_added_up_are_walked_back_one_by_one(home: Home) -> None:
    match = answer(home, "1,136 deaths", "Missouri", "2008-2009")["true"][0]
    assert (match["basis"], match["period"]) == ("computed", "2008-2009")
    for command, deaths in zip(match["explain"], ("578", "558"), strict=True):
        assert deaths in run(home, *shlex.split(command)[1:]).output


def test_a_person_reads_what_is_true_what_else_and_what_nearly(home: Home) -> None:
    said = run(home, "claim", "6.6 Missouri 2009")
    assert said.exit_code == 0
    assert said.output.index("True of something else") < said.output.index("Nearly")
    for part in (
        "Read as: number 6.6 (a rate); area Missouri (US-MO); period 2009; ",
        "with one part changed: 6.6 is\n  6.5790 per 1,000, rounded to one decimal",
        "2010, not 2009",
        "7.0718 per 1,000, 0.4718 too high: 558 infant deaths / 78,905 live births",
        "explain rates source_family=nchs_linked measure=infant_mortality area_code=US-MO",
    ):
        assert part in said.output
    assert "of them as stated." in said.stderr


def test_nothing_true_says_what_was_searched(home: Home) -> None:
    said = run(home, "claim", "44.4 per 1,000 Missouri 1999")
    assert "None makes the number true. The release shows no figure of that area" in said.stderr
    assert "Nearly" in said.stdout


def test_a_negative_number_is_no_option(home: Home) -> None:
    found = answer(home, "-7% US-MO 2009 2010")
    # 505 / 76,759 over 558 / 78,905 is 0.93032.
    assert found["true"][0]["value_text"] == "-6.968 %"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("6.3", "Misouri"), "not understood: 'misouri'. Did you mean 'missouri'?"),
        (("Missouri",), "no number is stated in 'Missouri'"),
        (("6.3 Missouri", "--limt=3"), "--limt"),
    ],
)
def test_what_is_not_understood_is_named_and_nothing_is_searched(
    home: Home, words: tuple[str, ...], said: str
) -> None:
    assert run(home, "claim", *words).exit_code == 2
    error = answer(home, *words)
    assert error["kind"] == "usage" and said in error["message"]


def test_a_statement_about_every_state_names_those_that_make_it_true(home: Home) -> None:
    # 558 deaths of 78,905 births.
    said = run(home, "claim", "every state more than 7 2009")
    assert said.exit_code == 0, said.output
    assert "One by one, more than 7 (a rate or a count) is\n  true, " in said.output
    assert "true of 1 of 1 that are shown (table rates)" in said.output
    assert "     true of Missouri 7.0718\n" in said.output
    (each,) = answer(home, "every state more than 8 2009")["every"]
    assert (each["verdict"], each["true_of"]) == ("false", [])
