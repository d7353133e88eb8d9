"""Suites: every table has one, and describing them needs no Great Expectations."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from assets.schema.registry import TABLES
from expectations.suites import (
    gate_tables,
    registry_table,
    required_rules,
    suite_for,
    suite_tables,
)


def test_every_table_of_the_registry_but_the_two_about_the_release_has_a_suite() -> None:
    judged = {n for n in suite_tables() if not n.startswith("rates.")}
    assert set(TABLES) - judged == {"published.quality", "published.changes"}


@pytest.mark.parametrize("name", suite_tables())
def test_rule_ids_are_unique_and_every_rule_says_what_to_do(name: str) -> None:
    rules = suite_for(name).rules
    ids = [r.rule_id for r in rules]
    assert len(ids) == len(set(ids))
    assert all(len(r.remedy) > 10 and r.message.endswith(".") for r in rules)


def test_the_gate_asks_for_core_rates_and_everything_that_is_published() -> None:
    required = required_rules()
    assert set(required) == set(gate_tables())
    assert {"core.observations", "core.printed_rates", "core.areas", "rates.rates"} <= set(required)
    published = {n for n in TABLES if n.startswith("published.")}
    assert published - set(required) == {"published.quality", "published.changes"}
    assert {
        "BASE-core.observations-KEY",
        "CORE-SUM-AREAS",
        "CORE-US-STATES",
        "COVERAGE-core.observations",
        "CONTROL-US-LINKED-DEATHS",
    } <= required["core.observations"]
    assert {"RATES-WITHHELD", "RATES-WINDOWS", "RATES-LIMITS"} <= required["published.rates"]


def test_tables_of_the_rates_schema_have_the_columns_of_the_published_ones() -> None:
    assert registry_table("rates.rates") is registry_table("published.rates")
    assert suite_for("rates.rates").rule_ids != suite_for("published.rates").rule_ids
    with pytest.raises(KeyError, match="core.nonsense"):
        suite_for("core.nonsense")


def test_rules_name_the_tables_that_must_be_built_first() -> None:
    inputs = {"core.areas", "core.vintages", "staging.nchs_wonder"}
    assert set(suite_for("core.observations").inputs) == inputs
    inputs = {"core.observations", "core.series_breaks", "published.sources", "rates.rates"}
    assert set(suite_for("published.rates").inputs) == inputs
    assert suite_for("published.suppression").inputs == ("published.rates",)


@pytest.mark.parametrize(
    "module", ["expectations.suites", "expectations.validate", "expectations.failures_text"]
)
def test_importing_does_not_import_great_expectations(module: str, repository: Path) -> None:
    code = f"import {module}, sys; sys.exit('great_expectations' in sys.modules)"
    result = subprocess.run([sys.executable, "-c", code], cwd=repository, check=False)
    assert result.returncode == 0
