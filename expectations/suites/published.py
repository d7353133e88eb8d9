"""Declared expectations of published tables, in addition to registry and rules in SQL."""

from __future__ import annotations

from collections.abc import Mapping

from assets.schema.codes import AREA_TYPES, RATE_MEASURES
from expectations.words import Expectation, expect, words

_DEATHS = tuple(m for m in RATE_MEASURES if m.endswith("_mortality") or m == "stillbirth")
_PER_1000 = tuple(m for m in _DEATHS if m != "maternal_mortality")
_WITH_OWN_BIRTHS = tuple(t for t in AREA_TYPES if t != "outside_area")
"""Deaths of babies whose mothers live elsewhere have no births of the same population."""


def _plausible(table: str, *columns: str) -> tuple[Expectation, ...]:
    return tuple(
        expect(
            words.ExpectRateToBePlausible(column=column),
            only={"measure": _PER_1000, "area_type": _WITH_OWN_BIRTHS},
            rule_id=f"{table.upper()}-PLAUSIBLE",
            severity="warning",
            category="range",
            message="Death rates per 1,000 births lie between 0 and 1,000.",
            remedy="Look at the counts under the rate in published.rates; one of them was read "
            "under another name.",
            expected="0 to 1,000 per 1,000 births",
        )
        for column in columns
    )


SUITES: Mapping[str, tuple[Expectation, ...]] = {
    "published.rates": (
        expect(
            words.ExpectDeathsNotAboveBirths(column_A="denominator", column_B="numerator"),
            only={"measure": _DEATHS, "area_type": _WITH_OWN_BIRTHS},
            rule_id="RATES-DEATHS-BIRTHS",
            severity="critical",
            category="plausible_counts",
            message="No death rate has more deaths than births under it.",
            remedy="Compare both counts with the extract: columns may be swapped, or births of "
            "another area were joined.",
            expected="deaths at most as many as births",
        ),
    ),
    "published.rankings": _plausible("rankings", "rate"),
    "published.disparities": _plausible("disparities", "rate", "reference_rate"),
    "published.decompositions": _plausible("decompositions", "rate", "reference_rate"),
    "published.trends": _plausible("trends", "rate_start", "rate_end"),
    "published.targets": _plausible("targets", "rate"),
    "published.suppression": (
        expect(
            words.ExpectPartsToSum(
                column_list=["cells", "cells_shown", "cells_suppressed", "cells_without_figures"]
            ),
            rule_id="SUPPRESSION-PARTS",
            severity="critical",
            category="conservation",
            message="Cells that are shown, withheld or without figures are all the cells.",
            remedy="Rebuild the table; a status of published.rates is counted nowhere or twice.",
            expected="parts that add up to the cells",
        ),
    ),
    "published.suppression_by_window": (
        expect(
            words.ExpectColumnPairValuesAToBeGreaterThanB(
                column_A="cells", column_B="cells_shown", or_equal=True
            ),
            rule_id="SUPPRESSION-BY-WINDOW-PARTS",
            severity="critical",
            category="conservation",
            message="No more cells are shown than there are.",
            remedy="Rebuild the table; a status of published.rates is counted twice.",
            expected="as many cells as are shown, or more",
        ),
    ),
}
"""Expectations per table; see docs/contributing/expectation.md."""
