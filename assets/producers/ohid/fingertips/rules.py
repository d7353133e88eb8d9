"""Intake rules of Fingertips exports."""

from __future__ import annotations

import pandas as pd

from assets.archive.dataset import IntakeRule, ParsedExtract
from assets.archive.rules.building_blocks import no_duplicates, no_negative, picked
from assets.archive.rules.per_extract import PerExtract
from assets.archive.rules.printed_rows import PrintedRows
from assets.producers.ohid.fingertips.read import COUNT, DENOMINATOR, LIMITS, MEASURED, VALUE

ENGLAND = "E92000001"
PER = 1000
PRINTED = 0.00005 + 1e-9
"""Half of the fourth decimal, the fewest that the producer's pages print."""
_KEY = ("indicator_id", "area_code", "sex", "age", "period")
_LABELS = ["area_code", "area_name", "sex", "age", "period"]
_AGAIN = "Save the answer of the API again and compare the row with the profile's page."


@PerExtract
def _rows(parsed: ParsedExtract) -> pd.DataFrame:
    """Return one row per area and period, one column per figure."""
    return PrintedRows(parsed.frame).wide({name: (name,) for name in MEASURED}, _LABELS)


def _not_whole(parsed: ParsedExtract) -> pd.DataFrame:
    frame = parsed.frame
    broken = frame["value"].notna() & (frame["value"] % 1 != 0)
    return picked(frame, broken & frame["source_column"].isin([COUNT, DENOMINATOR]))


def _more_deaths_than_births(parsed: ParsedExtract) -> pd.DataFrame:
    rows = _rows(parsed)
    return picked(rows, rows[COUNT] > rows[DENOMINATOR])


def _not_recomputed(parsed: ParsedExtract) -> pd.DataFrame:
    rows = _rows(parsed)
    exact = rows[COUNT] / rows[DENOMINATOR] * PER
    return picked(rows, (rows[VALUE] - exact).abs() > PRINTED)


def _outside_limits(parsed: ParsedExtract) -> pd.DataFrame:
    rows = _rows(parsed)
    broken = pd.Series(False, index=rows.index)
    for lower, upper in LIMITS:
        broken |= (rows[lower] > rows[VALUE]) | (rows[VALUE] > rows[upper])
        broken |= rows[lower] > rows[upper]
    narrow, broad = LIMITS
    broken |= (rows[broad[0]] > rows[narrow[0]]) | (rows[broad[1]] < rows[narrow[1]])
    return picked(rows, broken)


def _without_england(parsed: ParsedExtract) -> pd.DataFrame:
    frame = parsed.frame
    there = set(frame["period"][frame["area_code"] == ENGLAND])
    absent = sorted(set(frame["period"]) - there)
    return pd.DataFrame({"period": absent, "missing": ENGLAND})


RULES: tuple[IntakeRule, ...] = (
    no_duplicates("INTAKE-FINGERTIPS-001", _KEY),
    no_negative("INTAKE-FINGERTIPS-002"),
    IntakeRule(
        "INTAKE-FINGERTIPS-003", "counts of deaths and births are whole numbers", _AGAIN, _not_whole
    ),
    IntakeRule(
        "INTAKE-FINGERTIPS-004",
        "infant deaths do not exceed live births",
        _AGAIN,
        _more_deaths_than_births,
    ),
    IntakeRule(
        "INTAKE-FINGERTIPS-005",
        "a value is its count over its denominator, per 1,000, to four decimals",
        "A figure stands in the wrong row or column. " + _AGAIN,
        _not_recomputed,
    ),
    IntakeRule(
        "INTAKE-FINGERTIPS-006",
        "a value lies within its limits, and those of 95 % within those of 99.8 %",
        "A figure stands in the wrong row or column. " + _AGAIN,
        _outside_limits,
    ),
    IntakeRule(
        "INTAKE-FINGERTIPS-008",
        "England is there for every period",
        "Ask for England as a parent, to compare the total as well.",
        _without_england,
        required=False,
    ),
)
