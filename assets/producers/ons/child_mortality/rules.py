"""Intake rules of the child mortality workbooks.

What contradicts itself or another table is set aside before they are judged (``set_aside``).
"""

from __future__ import annotations

import pandas as pd

from assets.archive.dataset import IntakeRule, ParsedExtract
from assets.archive.rules.building_blocks import AGAIN, joined, picked
from assets.producers.ons.child_mortality.tables import (
    FLAGGED_BELOW,
    LABELS,
    OUTSIDE,
    WITHHELD_BELOW,
    tables,
)
from assets.producers.ons.workbooks.columns import AREA_COUNTS, AREA_RATES, SERIES_COUNTS
from assets.producers.ons.workbooks.layout_advice import described_is_there


def _withheld_or_flagged_wrongly(parsed: ParsedExtract) -> pd.DataFrame:
    table = tables(parsed)["3"]
    found = []
    for published in AREA_RATES:
        if not table.has(published.rate):
            continue  # An edition, or a copy, may come without; it is named as advice.
        rows = table.wide({**AREA_COUNTS, "rate": published.rate}, LABELS)
        counted = rows[published.numerator]
        wrong = rows["rate"].isna() != (counted < WITHHELD_BELOW)
        if table.has(published.flag):
            flagged = pd.Series(table.texts(published.flag), index=rows.index).notna()
            wrong |= flagged != (counted < FLAGGED_BELOW)
        rows["source_column"] = published.rate[0]
        rows["rate_text"] = table.texts(published.rate)
        found.append(picked(rows, (rows["area_code"] != OUTSIDE) & wrong))
    return joined(found)


def _years_not_contiguous(parsed: ParsedExtract) -> pd.DataFrame:
    frame = parsed.frame
    series = frame[frame["table_number"] == "1"].drop_duplicates("year")
    years = set(series["year"].astype(int))
    wanted = set(range(min(years), int(series["edition"].iloc[0]) + 1)) if years else set()
    return pd.DataFrame({"source_sheet": "", "missing_year": sorted(wanted - years)})


def _series_contradictions(parsed: ParsedExtract) -> pd.DataFrame:
    rows = tables(parsed)["1"].wide(SERIES_COUNTS, ["year"])
    found = []
    for whole, (first, second) in _STILLBIRTHS_AND_DEATHS.items():
        total = rows[first] + rows[second]
        wrong = picked(rows, rows[whole].notna() & total.notna() & (rows[whole] != total))
        found.append(
            wrong[["source_sheet", "source_row", "year"]].assign(
                source_column=whole, printed=wrong[whole], identity_gives=total[wrong.index]
            )
        )
    return joined(found)


_STILLBIRTHS_AND_DEATHS = {
    "perinatal_deaths": ("stillbirths", "early_neonatal_deaths"),
    "stillbirths_and_neonatal_deaths": ("stillbirths", "neonatal_deaths"),
    "stillbirths_and_infant_deaths": ("stillbirths", "infant_deaths"),
}
RULES: tuple[IntakeRule, ...] = (
    IntakeRule(
        "INTAKE-ONS-CHILD-010",
        "a rate is withheld exactly where fewer than 3 are counted and flagged exactly where "
        "fewer than 20 are",
        "It held without exception in 2018, 2020 and 2022. Our own rates follow the counts.",
        _withheld_or_flagged_wrongly,
        required=False,
    ),
    IntakeRule(
        "INTAKE-ONS-CHILD-012",
        "the national series has every year up to the edition's",
        "A row was dropped, or set aside because it contradicts itself; then it is named above. "
        + AGAIN,
        _years_not_contiguous,
        required=False,
    ),
    IntakeRule(
        "INTAKE-ONS-CHILD-014",
        "stillbirths and deaths in infancy add up in the national series",
        "Known for 1993 to 1995, 1997 and 2002 (see the waivers); look at any other year.",
        _series_contradictions,
        required=False,
    ),
    described_is_there("INTAKE-ONS-CHILD-019"),
)
