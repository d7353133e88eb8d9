"""Declared expectations can be judged, and each word of the domain fails for what it is about."""

from __future__ import annotations

import pandas as pd
import pytest

from expectations.engine import evaluate, made
from expectations.rule import Rule
from expectations.suites import declared_for, registry_table, suite_tables
from expectations.words import Expectation, words

DECLARED = [(name, e) for name in suite_tables() for e in declared_for(name)]


@pytest.mark.parametrize(
    ("name", "expectation"), DECLARED, ids=[e.rule.rule_id for _, e in DECLARED]
)
def test_it_can_be_judged_and_keeps_what_it_says(name: str, expectation: Expectation) -> None:
    columns = registry_table(name).column_names
    assert set(expectation.columns) | set(expectation.only) <= set(columns)
    assert expectation.columns
    configuration = made(expectation).configuration
    assert configuration.severity == expectation.rule.severity
    assert configuration.meta["rule_id"] == expectation.rule.rule_id


AREA = {"country": "EW", "area_type": "region"}
RATE = {"measure": "infant_mortality", "area_type": "state"}
COUNTS = {"cells": 4, "cells_shown": 2, "cells_suppressed": 1, "cells_without_figures": 1}


@pytest.mark.parametrize(
    ("name", "right", "wrong"),
    [
        (
            "core.areas",
            [
                AREA | {"area_code": "E12000001"},
                AREA | {"area_code": "E06000052, E06000053"},
                AREA | {"area_code": "X-EW-DORSET", "area_type": "custom_region"},
                {"area_code": "US-MO", "country": "US", "area_type": "state"},
            ],
            AREA | {"area_code": "E1200001"},
        ),
        (
            "published.rates",
            [
                RATE | {"numerator": 9.0, "denominator": 9.0},
                RATE | {"numerator": None, "denominator": 9.0},
                RATE | {"numerator": 9.0, "denominator": 0.0, "area_type": "outside_area"},
            ],
            RATE | {"numerator": 10.0, "denominator": 9.0},
        ),
        ("published.targets", [RATE | {"rate": 1000.0}], RATE | {"rate": 1000.5}),
        ("published.suppression", [COUNTS], COUNTS | {"cells_suppressed": 2}),
    ],
)
def test_a_word_of_the_domain_fails_for_the_row_that_breaks_it(
    name: str, right: list[dict[str, object]], wrong: dict[str, object]
) -> None:
    frame = pd.DataFrame([*right, wrong])
    for column in frame.select_dtypes("str"):
        frame[column] = frame[column].astype("category")
    (result,) = evaluate(frame, declared_for(name))
    assert (result.outcome, result.failing_count) == ("failed", 1)
    assert result.severity == declared_for(name)[0].rule.severity
    (passed,) = evaluate(frame.iloc[:-1], declared_for(name))
    assert passed.outcome == "passed"


def test_what_a_class_declares_is_kept_without_being_repeated() -> None:
    from expectations.domain import ExpectRateToBePlausible

    configuration = ExpectRateToBePlausible().configuration
    assert configuration.severity == "warning"
    assert configuration.kwargs["max_value"] == 1000
    assert configuration.kwargs["column"] == "rate"


def test_a_success_that_looked_at_nothing_is_told() -> None:
    word = words.ExpectColumnValuesToBeBetween(column="rate", min_value=0)
    about = Rule("A", "contract", "critical", "range", "It holds.", "Look.")
    expectation = Expectation(about, word.name, word.arguments)
    for rows in ([], [None, None]):
        (result,) = evaluate(pd.DataFrame({"rate": rows}, dtype="float64"), [expectation])
        assert result.observed.startswith("nothing to compare")
    (absent,) = evaluate(pd.DataFrame({"deaths": [1]}), [expectation])
    assert (absent.outcome, absent.blocks) == ("not_evaluated", True)
