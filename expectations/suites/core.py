"""Declared expectations of the counts, in addition to the registry and the rules in SQL."""

from __future__ import annotations

from collections.abc import Mapping

from expectations.words import Expectation, expect, words

SUITES: Mapping[str, tuple[Expectation, ...]] = {
    "core.areas": (
        expect(
            words.ExpectGssCode(column="area_code"),
            only={
                "country": ("EW", "UK"),
                "area_type": (
                    "country", "country_group", "region", "county", "metropolitan_county",
                    "unitary_authority", "metropolitan_district", "non_metropolitan_district",
                    "london_borough", "london_subregion", "combined_authority_areas",
                    "outside_area",
                ),
            },
            rule_id="AREAS-GSS-CODE",
            severity="critical",
            category="vocabulary",
            message="Areas of the United Kingdom that are no custom regions bear a code of the "
            "Government Statistical Service.",
            remedy="Look at the extract that names the area: a code lost digits, or another column "
            "was read as the code.",
            expected="a letter and eight digits, e.g. E92000001",
        ),
    ),
}  # fmt: skip
"""Expectations per table; see docs/contributing/expectation.md."""
