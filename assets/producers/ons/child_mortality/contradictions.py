"""Rows of Tables 1 and 3 that contradict themselves, whatever stands in the others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from assets.archive.dataset import ParsedExtract
from assets.producers.ons.child_mortality.tables import COUNTS, LABELS, OUTSIDE, ROUNDING, tables
from assets.producers.ons.workbooks.columns import AREA_RATES, SERIES_RATES

AREAS, SERIES = "3", "1"
_RATES = {SERIES: SERIES_RATES, AREAS: AREA_RATES}
_STAGES: Mapping[str, Mapping[str, tuple[str, str]]] = {
    AREAS: {"infant_deaths": ("neonatal_deaths", "postneonatal_deaths")},
    SERIES: {
        "neonatal_deaths": ("early_neonatal_deaths", "late_neonatal_deaths"),
        "infant_deaths": ("neonatal_deaths", "postneonatal_deaths"),
    },
}


def wrong_rows(parsed: ParsedExtract, number: str) -> Iterator[tuple[str, pd.Series]]:
    """Yield what rows of Table 1 or 3 say that cannot be, and a mask of the rows that say it."""
    measures = list(COUNTS[number])
    table = tables(parsed)[number]
    rows = table.wide(COUNTS[number], LABELS)
    counts = rows[measures]
    yield (
        "a count that is no whole number",
        (counts.notna() & (counts % 1 != 0)).any(axis="columns"),
    )
    if number == AREAS:
        yield "a count that is not printed", counts.isna().any(axis="columns")
    yield "more infant deaths than live births", rows["infant_deaths"] > rows["live_births"]
    for whole, (first, second) in _STAGES[number].items():
        added = rows[first] + rows[second]
        yield (
            f"{_said(first)} and {_said(second)} that do not add up to {_said(whole)}",
            added.notna() & rows[whole].notna() & (added != rows[whole]),
        )
    for published in _RATES[number]:
        if not table.has(published.rate):
            continue  # An edition, or a copy, may come without; it is named as advice.
        births = rows["live_births"] + (rows["stillbirths"] if published.with_stillbirths else 0)
        exact = rows[published.numerator] / births * 1000
        printed = table.numbers(published.rate)
        yield (
            f"a rate of {_said(published.numerator)} that is not that of the counts",
            (rows["area_code"] != OUTSIDE) & ((exact - printed).abs() > ROUNDING),
        )


def _said(measure: str) -> str:
    return measure.replace("_", " ")
