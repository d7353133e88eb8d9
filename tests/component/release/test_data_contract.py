"""``contract.yaml`` is an Open Data Contract, and says of the tables what the registry says."""

from __future__ import annotations

import json
import re
from importlib.resources import files
from typing import Any

import pytest
from jsonschema import Draft201909Validator

from assets.release.channels.resolve import resolve
from assets.release.documents.data_contract import NIGHTLY
from assets.schema.model import Layer
from assets.schema.registry import SCHEMA_VERSION, tables_of
from assets.schema.strata.vocabulary import crossed
from assets.state.home import Home
from assets.text.yaml_file import read_yaml


@pytest.fixture
def contract(one_release: Home) -> dict[str, Any]:
    found: dict[str, Any] = read_yaml(resolve(one_release.releases).path / "contract.yaml")
    return found


def test_it_is_valid_by_the_schema_of_the_standard(contract: dict[str, Any]) -> None:
    # The schema of version 3.1 as the standard's own Python package carries it.
    schema = json.loads((files("open_data_contract_standard") / "schema.json").read_text())
    assert contract["apiVersion"] in schema["properties"]["apiVersion"]["enum"]
    errors = Draft201909Validator(schema).iter_errors(contract)
    assert [f"{e.json_path}: {e.message}" for e in errors] == []


def test_it_has_every_table_with_its_key_and_every_column_with_type_and_rules(
    contract: dict[str, Any],
) -> None:
    by_name = {t["name"]: t for t in contract["schema"]}
    assert list(by_name) == [t.name for t in tables_of(Layer.PUBLISHED)]
    for spec in tables_of(Layer.PUBLISHED):
        columns = {c["name"]: c for c in by_name[spec.name]["properties"]}
        assert tuple(columns) == spec.column_names
        key = [c for c in columns.values() if c.get("primaryKey")]
        assert sorted(key, key=lambda c: c["primaryKeyPosition"]) == [columns[k] for k in spec.key]
        for c in spec.columns:
            assert columns[c.name]["required"] is c.required
            assert columns[c.name]["description"]
            assert columns[c.name]["classification"] == "public"
            stated = [q["arguments"]["validValues"] for q in columns[c.name].get("quality", [])]
            if c.allowed is not None and c.crossed:
                told = re.compile(columns[c.name]["logicalTypeOptions"]["pattern"])
                assert all(told.fullmatch(value) for value in crossed(c.allowed[:9]))
                assert not told.fullmatch("sex|") and not told.fullmatch("all|sex")
                assert stated == []
            else:
                assert stated == ([list(c.allowed)] if c.allowed is not None else [])
    births = {c["name"]: c for c in by_name["rates"]["properties"]}["denominator"]
    assert {"property": "unit", "value": "persons"} in births["customProperties"]
    assert births["logicalTypeOptions"] == {"minimum": 0}


def test_it_says_where_how_often_and_under_which_terms(contract: dict[str, Any]) -> None:
    assert contract["version"] == SCHEMA_VERSION
    assert {s["path"] for s in contract["servers"]} == {"./*.parquet", "./*.csv"}
    (nightly,) = (s for s in contract["slaProperties"] if s["property"] == "frequency")
    assert nightly["schedule"] == NIGHTLY
    custom = {p["property"]: p["value"] for p in contract["customProperties"]}
    assert custom["release"] == "2026.06.01"
    assert custom["licences"][0]["title"].startswith("Public domain")
    assert custom["citations"] == ["NCHS, linked birth / infant death records"]


def test_areas_are_referred_to(contract: dict[str, Any]) -> None:
    rates = next(t for t in contract["schema"] if t["name"] == "rates")
    links = [(link["from"], link["to"]) for link in rates["relationships"]]
    assert (
        ["rates.area_code", "rates.geography_vintage"],
        ["areas.area_code", "areas.geography_vintage"],
    ) in links


def test_the_schedule_is_that_of_the_pipeline() -> None:
    from pipelines.schedules import nightly_schedule

    assert nightly_schedule.cron_schedule == NIGHTLY
