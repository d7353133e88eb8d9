"""Declared expectations of the tables that are read first: newest figures, and disagreements."""

from __future__ import annotations

from collections.abc import Mapping

from expectations.words import Expectation, expect, words

SUITES: Mapping[str, tuple[Expectation, ...]] = {
    "published.headline": (
        *(
            expect(
                words.ExpectColumnPairValuesAToBeGreaterThanB(
                    column_A=above, column_B=below, or_equal=True
                ),
                rule_id="HEADLINE-LIMITS",
                severity="critical",
                category="range",
                message="A printed rate lies between its printed limits.",
                remedy="Compare the row with published.rates; one of the three was rounded in "
                "another way.",
                expected="limits around the rate",
            )
            for above, below in (("ci_upper_95", "rate"), ("rate", "ci_lower_95"))
        ),
        expect(
            words.ExpectColumnValuesToMatchRegex(column="change_in_words", regex=r"^[A-Z].*[^.]$"),
            rule_id="HEADLINE-WORDS",
            severity="warning",
            category="vocabulary",
            message="Every change is told in words.",
            remedy="Rebuild the table; a verdict has no sentence in headline.sql.",
            expected="a sentence without a full stop",
        ),
    ),
}
"""Expectations per table; see docs/contributing/expectation.md."""
