"""Declared expectations of staged extracts, in addition to registry and rules in SQL."""

from __future__ import annotations

from collections.abc import Mapping

from assets.producers.catalogue import STAGED
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
    staged.table.full_name: _codes(name, staged.areas.column)
    for name, staged in STAGED.items()
    if staged.areas is not None and staged.areas.gss_codes
}
"""Expectations per table; see docs/contributing/expectation.md."""
