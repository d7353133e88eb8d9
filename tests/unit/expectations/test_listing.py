"""``imr expectations show`` lists the suite that is judged."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from expectations.suites import suite_for, suite_tables
from pipelines.cli import main


@pytest.mark.parametrize("name", ["core.observations", "published.rates", "rates.rates"])
def test_every_rule_of_a_table_is_listed_with_what_to_do(name: str) -> None:
    shown = CliRunner().invoke(main, ["expectations", "show", name, "--json"])
    found = json.loads(shown.stdout)
    assert (found["command"], found["exit_code"]) == ("expectations", 0)
    listed = found["result"]["expectations"]
    assert [e["rule_id"] for e in listed] == [r.rule_id for r in suite_for(name).rules]
    assert all(e["remedy"] and e["words"] and e["declared_in"] for e in listed)


def test_the_list_fits_eighty_columns_and_names_words_and_place() -> None:
    shown = CliRunner().invoke(main, ["expectations", "show", "published.rates"]).output
    assert max(map(len, shown.splitlines())) <= 80
    assert "RATES-DEATHS-BIRTHS  critical, blocks" in shown
    assert "ExpectDeathsNotAboveBirths(" in shown
    assert "expectations/suites/published.py" in shown
    assert "expectations/rules/rates_limits.sql" in shown


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["shwo"], "There is no command 'shwo'. Did you mean 'show'? There are show"),
        (["published.rates"], "There is no command 'published.rates'. There are show"),
        ([], "Missing command."),
    ],
)
def test_a_wrong_command_is_answered_by_those_that_there_are(words: list[str], said: str) -> None:
    wrong = CliRunner().invoke(main, ["expectations", *words])
    assert wrong.exit_code == 2
    assert f"Error: {said}" in wrong.output
    assert wrong.output.count("Usage:") == 1


def test_tables_are_listed_and_a_mistyped_one_is_answered_with_the_similar() -> None:
    shown = CliRunner().invoke(main, ["expectations", "show"]).output
    assert [line.split()[0] for line in shown.splitlines()] == list(suite_tables())
    wrong = CliRunner().invoke(main, ["expectations", "show", "core.area"])
    assert wrong.exit_code == 2
    assert "'core.areas'" in wrong.output
