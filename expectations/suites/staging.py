"""What is expected of extracts as they arrived, beside the registry and the rules in SQL."""

from __future__ import annotations

from collections.abc import Mapping

from expectations.words import Expectation, expect, words


def _codes(table: str, column: str) -> tuple[Expectation, ...]:
    return (
        expect(
            words.ExpectGssCode(column=column),
            rule_id=f"STAGING-GSS-CODE-{table}",
            severity="warning",
            category="vocabulary",
            message="Areas bear codes of the Government Statistical Service.",
            remedy="Compare the column with the extract: a code lost digits, or the producer names "
            "areas in another way.",
            expected="a letter and eight digits, e.g. E92000001",
        ),
    )


SUITES: Mapping[str, tuple[Expectation, ...]] = {
    "staging.nomis": _codes("nomis", "geography_code"),
    "staging.fingertips": _codes("fingertips", "area_code"),
}
"""Expectations per table; see docs/contributing/expectation.md."""
