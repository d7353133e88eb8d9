"""What the library is spared changes none of its answers: lists of pairs, names of metrics."""

from __future__ import annotations

import pandas as pd
import pytest
from great_expectations.core import id_dict
from great_expectations.util import convert_to_json_serializable

from assets.schema.registry import table
from assets.schema.strata.vocabulary import crossed
from expectations.engine import _definition, evaluate
from expectations.registry_words import cells

NAME = "core.observations"
SEEN = ("all", "sex", "race_bridged|sex", "sex|race_bridged", "all|sex", "sex|sex", "colour", None)


def test_two_values_of_the_list_in_their_order_may_stand_together() -> None:
    column = table(NAME).column("stratum_type")
    assert column.allowed is not None
    said = cells(NAME, table(NAME))
    (listed,) = (e for e in said if e.name == "ExpectValuesAloneOrInPairs")
    (result,) = evaluate(pd.DataFrame({column.name: SEEN}), [listed])
    right = {*crossed(column.allowed), None}
    assert [row["observed"] for row in result.failing_keys] == [s for s in SEEN if s not in right]
    assert result.failing_count == 4


def test_metrics_have_the_names_that_the_library_gives_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    arguments = {"column": "rate", "min_value": 0, "max_value": None, "value_set": ["a", "ä", 1.5]}
    _definition()
    assert id_dict.convert_to_json_serializable is not convert_to_json_serializable
    ours = id_dict.IDDict(arguments).to_id()
    monkeypatch.setattr(id_dict, "convert_to_json_serializable", convert_to_json_serializable)
    assert id_dict.IDDict(arguments).to_id() == ours
