"""Run a suite of Great Expectations on a frame, and return its results in one shape.

The import takes seconds, so it happens inside functions, once per process. Every table is judged in
one ephemeral context by one suite. Rows that break an expectation are asked for only where it
failed, because naming them costs more than judging.
"""

from __future__ import annotations

import importlib
import logging
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

import pandas as pd

from assets.state.evidence import RuleResult
from expectations.rule import FETCH_LIMIT, Finding
from expectations.verdicts import finding_of, merged, results_of
from expectations.words import Expectation

_PLAIN = frozenset((str, int, float, bool, type(None)))
"""Types that JSON has."""


@dataclass(frozen=True)
class Judged:
    """Results of the library for one table.

    Attributes:
        verdicts: Its ``ExpectationValidationResult`` of each expectation, by position.
        expectations: The suite that it judged by.
        findings: What it found, one per expectation, and what was found without it.
    """

    verdicts: Mapping[int, Any]
    expectations: tuple[Expectation, ...]
    findings: tuple[Finding, ...]

    @property
    def by_rule(self) -> list[Finding]:
        """What it found, one per rule."""
        return merged(self.findings)


def evaluate(frame: pd.DataFrame, expectations: Sequence[Expectation]) -> list[RuleResult]:
    """Validate a frame with a suite; return one result per expectation, in its order.

    Args:
        frame: Rows read out of DuckDB.
        expectations: The suite.

    Returns:
        Results with outcome ``passed``, ``failed`` or, where Great Expectations raised,
        ``not_evaluated``.
    """
    return results_of(validate("frame", frame, expectations).findings)


def validate(
    name: str,
    frame: pd.DataFrame,
    expectations: Sequence[Expectation],
    found: Sequence[Finding] = (),
    keys: Sequence[str] = (),
) -> Judged:
    """Validate a frame, and the findings of queries, with one suite.

    Args:
        name: Name of the suite, which is that of the table.
        frame: Rows, numbered from 0.
        expectations: The suite.
        found: What the rules found that are SQL; the suite expects each of them to hold.
        keys: Columns that name an offending row, where a rule names none itself.
    """
    suite = (*expectations, *(_rule_to_hold(f) for f in found))
    if not suite:
        return Judged({}, (), ())
    at_hand = {f.rule.rule_id: f for f in found}
    with _found(at_hand):
        batch = _definition().get_batch({"dataframe": frame})
        objects, wrong = _made(suite)
        verdicts = _by_position(batch.validate(_suite(name, objects), result_format="BASIC"))
        failed = [n for n, v in verdicts.items() if _names_rows(v)]
        rows: dict[int, Any] = {}
        if failed:
            again = batch.validate(
                _suite(name, {n: made(suite[n], n) for n in failed}),
                result_format={
                    "result_format": "SUMMARY", "partial_unexpected_count": FETCH_LIMIT,
                },
            )  # fmt: skip
            rows = _by_position(again)
    findings = tuple(
        Finding(e.rule, error=wrong[n])
        if n in wrong
        else finding_of(e, verdicts.get(n), _places(rows.get(n)), frame, keys)
        for n, e in enumerate(suite)
    )
    return Judged(verdicts, suite, findings)


def _rule_to_hold(finding: Finding) -> Expectation:
    rule = finding.rule
    return Expectation(rule, "ExpectRuleToHold", {"rule_id": rule.rule_id}, finding.expected)


@contextmanager
def _found(at_hand: Mapping[str, Finding]) -> Iterator[None]:
    _definition()
    from expectations.domain import FOUND

    token = FOUND.set(at_hand)
    try:
        yield
    finally:
        FOUND.reset(token)


@cache
def _definition() -> Any:
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
    logging.getLogger("great_expectations").setLevel(logging.WARNING)
    import great_expectations as gx

    _hash_no_frames()
    _identify_as_it_is()
    context: Any = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    frames = context.data_sources.add_pandas("frames").add_dataframe_asset("frame")
    return frames.add_batch_definition_whole_dataframe("all")


def _hash_no_frames() -> None:
    """Keep the library from hashing each frame twice to describe it.

    The evidence has the hash of the table, and no verdict stands on that of the frame.
    """
    from great_expectations.execution_engine import pandas_execution_engine

    pandas_execution_engine.HASH_THRESHOLD = 0


def _identify_as_it_is() -> None:
    """Let the library name a metric by its arguments without converting them.

    It names each of the 25,000 metrics of a run by a hash of JSON, and looks for what JSON cannot
    hold in texts and numbers too.
    """
    names: Any = importlib.import_module("great_expectations.core.id_dict")
    converted = names.convert_to_json_serializable

    def as_it_is(data: dict[str, Any]) -> Any:
        return data if all(map(_is_plain, data.values())) else converted(data=data)

    names.convert_to_json_serializable = as_it_is


def _is_plain(value: object) -> bool:
    return type(value) in _PLAIN or (type(value) is list and {type(v) for v in value} <= _PLAIN)


def _suite(name: str, objects: Mapping[int, Any]) -> Any:
    import great_expectations as gx

    return gx.ExpectationSuite(name=name, expectations=list(objects.values()))


def _made(suite: Sequence[Expectation]) -> tuple[dict[int, Any], dict[int, str]]:
    """Return the library's objects by position, and why some cannot be made."""
    objects, wrong = {}, {}
    for n, expectation in enumerate(suite):
        try:
            objects[n] = made(expectation, n)
        except (LookupError, TypeError, ValueError) as error:
            wrong[n] = f"it is declared wrongly: {error}"
    return objects, wrong


def made(expectation: Expectation, position: int = 0) -> Any:
    """Return the library's object for an expectation.

    Raises:
        LookupError: There is no such class.
    """
    from expectations.domain import class_of

    rule = expectation.rule
    arguments = dict(expectation.arguments)
    if expectation.only:
        arguments["row_condition"] = _condition(expectation.only)
    return class_of(expectation.name)(
        **arguments,
        severity=rule.severity,
        description=rule.message,
        notes=rule.remedy,
        meta={
            "rule_id": rule.rule_id,
            "position": position,
            "check": rule.check,
            "category": rule.category,
            "remedy": rule.remedy,
        },
    )


def _condition(only: Mapping[str, Sequence[str]]) -> Any:
    from great_expectations.expectations.row_conditions import Column

    conditions: list[Any] = [Column(name).is_in(list(values)) for name, values in only.items()]
    whole = conditions[0]
    for condition in conditions[1:]:
        whole &= condition
    return whole


def _by_position(library: Any) -> dict[int, Any]:
    return {int(v.expectation_config.meta["position"]): v for v in library.results}


def _names_rows(verdict: Any) -> bool:
    """Return whether a failed expectation can name the rows that break it."""
    result = verdict.result or {}
    return not verdict.success and "unexpected_count" in result and "details" not in result


def _places(verdict: Any) -> list[int]:
    if verdict is None:
        return []
    return [
        int(place) for place in (verdict.result or {}).get("partial_unexpected_index_list") or ()
    ]
