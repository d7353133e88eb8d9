"""Values of a list that may stand in pairs are judged like the same list with every pair."""

from __future__ import annotations

import pandas as pd

from assets.schema.registry import table
from assets.schema.strata.vocabulary import crossed
from expectations.engine import evaluate
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
