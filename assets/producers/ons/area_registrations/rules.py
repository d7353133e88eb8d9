"""Intake rules of the by-area workbooks of births and deaths.

These editions print names, not codes; names identify rows within one workbook only.
"""

from __future__ import annotations

import pandas as pd

from assets.archive.dataset import IntakeRule, ParsedExtract
from assets.archive.rules.building_blocks import (
    AGAIN,
    counts_printed,
    joined,
    missing_areas,
    no_duplicates,
    no_negative,
    picked,
    sums_agree,
    whole_counts,
)
from assets.archive.rules.per_extract import PerExtract
from assets.archive.rules.printed_rows import Columns, PrintedRows
from assets.producers.ons.child_mortality.tables import FLAGGED_BELOW, ROUNDING, WITHHELD_BELOW
from assets.producers.ons.workbooks.columns import (
    BIRTHS_BY_AREA,
    BIRTHS_BY_AREA_AND_SEX,
    DEATHS_BY_AREA,
    DEATHS_BY_AREA_RATES,
)
from assets.producers.ons.workbooks.headers import RELIABILITY
from assets.producers.ons.workbooks.layout_advice import described_is_there

REGIONS = (
    "NORTH EAST",
    "NORTH WEST",
    "YORKSHIRE AND THE HUMBER",
    "EAST MIDLANDS",
    "WEST MIDLANDS",
    "EAST",
    "LONDON",
    "SOUTH EAST",
    "SOUTH WEST",
)
_EAST = {"EAST OF ENGLAND": "EAST"}
_LABELS = ["year", "area_name"]
_STILLBIRTH_ROOM = 1.05
"""Live births and stillbirths over live births, at most."""


@PerExtract
def _rows(parsed: ParsedExtract) -> PrintedRows:
    """Return the printed rows of the workbook."""
    return PrintedRows(parsed.frame)


def _as_compared(names: pd.Series) -> pd.Series:
    return names.str.upper().replace(_EAST)


@PerExtract
def _names(parsed: ParsedExtract) -> pd.Series:
    """Return every name of the workbook once, as names are compared."""
    return _as_compared(pd.Series(parsed.frame["area_name"].unique(), dtype="str"))


def _areas_missing(parsed: ParsedExtract) -> pd.DataFrame:
    named = pd.DataFrame({"area_name": _names(parsed)})
    return missing_areas(named, "area_name", ("ENGLAND", "WALES", *REGIONS))


def _no_union(parsed: ParsedExtract) -> pd.DataFrame:
    names = _names(parsed)
    if names.str.startswith(("ENGLAND AND WALES", "ENGLAND, WALES AND ELSEWHERE")).any():
        return pd.DataFrame()
    return pd.DataFrame({"missing": ["ENGLAND AND WALES, or ENGLAND, WALES AND ELSEWHERE"]})


def _sums(parsed: ParsedExtract, columns: Columns) -> pd.DataFrame:
    rows = _rows(parsed).wide(columns, _LABELS)
    name = _as_compared(rows["area_name"])
    # Zero is printed as a dash in the older editions, so that parts without a number stay out.
    measures = list(columns)
    outside = name.str.contains("OUTSIDE ENGLAND", regex=False)
    return joined(
        [
            sums_agree(rows, name == "ENGLAND", name.isin(REGIONS), measures, "regions"),
            sums_agree(
                rows,
                name.isin(["ENGLAND AND WALES", "ENGLAND, WALES AND ELSEWHERE"]),
                name.isin(["ENGLAND", "WALES"]) | outside,
                measures,
                "England, Wales and residents elsewhere",
            ),
        ]
    )


def _stages(parsed: ParsedExtract) -> pd.DataFrame:
    rows = _rows(parsed).wide(DEATHS_BY_AREA, _LABELS)
    return picked(rows, rows["neonatal_deaths"] > rows["infant_deaths"])


def _rates_contradict(parsed: ParsedExtract) -> pd.DataFrame:
    """Compare the births that each printed rate implies: all rates of a row share them.

    The workbook prints no births. A rate of one decimal bounds them; the bounds must overlap,
    those of the perinatal rate with room for stillbirths.
    """
    rows = _rows(parsed).wide({**DEATHS_BY_AREA, **DEATHS_BY_AREA_RATES}, _LABELS)
    low, high = pd.Series(0.0, rows.index), pd.Series(float("inf"), rows.index)
    for stage, room in (("infant", 1.0), ("neonatal", 1.0), ("perinatal", _STILLBIRTH_ROOM)):
        printed = rows[f"{stage}_rate"].where(rows[f"{stage}_rate"] > 0)
        deaths = rows[f"{stage}_deaths"] * 1000
        at_least = (deaths / (printed + ROUNDING) / room).fillna(0)
        low = low.where(low >= at_least, at_least)
        at_most = (deaths / (printed - ROUNDING)).fillna(float("inf"))
        high = high.where(high <= at_most, at_most)
    return picked(rows, low > high)


def _marked_wrongly(parsed: ParsedExtract) -> pd.DataFrame:
    """Compare italics with the counts, in editions that print unreliable rates in italics."""
    printed = _rows(parsed)
    found = []
    for stage in ("infant", "neonatal", "perinatal"):
        names = DEATHS_BY_AREA_RATES[f"{stage}_rate"]
        columns = {"deaths": DEATHS_BY_AREA[f"{stage}_deaths"], "rate": names}
        rows = printed.wide(columns, _LABELS)
        rows["source_column"] = names[0]
        rows["mark"] = printed.texts([name + RELIABILITY for name in names])
        few = rows["deaths"].between(WITHHELD_BELOW, FLAGGED_BELOW - 1)
        marked = rows["mark"].notna()
        if marked.any():
            found.append(picked(rows, rows["rate"].notna() & (marked != few)))
    return joined(found)


def _sexes(parsed: ParsedExtract) -> pd.DataFrame:
    rows = _rows(parsed).wide(BIRTHS_BY_AREA_AND_SEX, _LABELS)
    both = rows["boys"] + rows["girls"]
    return picked(rows, both.notna() & (both != rows["live_births"]))


def _shared(prefix: str, columns: Columns) -> tuple[IntakeRule, ...]:
    return (
        no_duplicates(f"{prefix}-001", ("source_sheet", "year", "area_name")),
        no_negative(f"{prefix}-002"),
        whole_counts(f"{prefix}-003", columns),
        IntakeRule(
            f"{prefix}-004",
            "England, Wales and the nine regions are there",
            "The workbook was cut short or a name changed. " + AGAIN,
            _areas_missing,
        ),
        IntakeRule(
            f"{prefix}-005",
            "the total of England and Wales is there",
            "The workbook was cut short or a name changed. " + AGAIN,
            _no_union,
        ),
        IntakeRule(
            f"{prefix}-006",
            "regions and nations add up to their totals",
            AGAIN,
            lambda parsed: _sums(parsed, columns),
        ),
        described_is_there(f"{prefix}-010"),
    )


DEATHS_RULES: tuple[IntakeRule, ...] = (
    *_shared("INTAKE-ONS-DEATHS-AREA", DEATHS_BY_AREA),
    IntakeRule(
        "INTAKE-ONS-DEATHS-AREA-007",
        "neonatal deaths do not exceed infant deaths",
        AGAIN,
        _stages,
    ),
    IntakeRule(
        "INTAKE-ONS-DEATHS-AREA-008",
        "infant, neonatal and perinatal rates of an area fit the same number of births",
        "A figure stands in the wrong row or column. " + AGAIN,
        _rates_contradict,
    ),
    IntakeRule(
        "INTAKE-ONS-DEATHS-AREA-009",
        "where unreliable rates are printed in italics, those on 3 to 19 deaths are, and no others",
        "Known for East Staffordshire and Worcestershire in 2012; our own rates follow the counts.",
        _marked_wrongly,
        required=False,
    ),
)
BIRTHS_RULES: tuple[IntakeRule, ...] = (
    *_shared("INTAKE-ONS-BIRTHS-AREA", BIRTHS_BY_AREA),
    counts_printed(
        "INTAKE-ONS-BIRTHS-AREA-007",
        BIRTHS_BY_AREA,
        lambda frame: frame["source_column"].isin(BIRTHS_BY_AREA["live_births"]),
    ),
    IntakeRule(
        "INTAKE-ONS-BIRTHS-AREA-008",
        "boys and girls add up to all live births",
        AGAIN,
        _sexes,
    ),
)
