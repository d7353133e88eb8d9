"""Intake rules of the birth registrations workbooks."""

from __future__ import annotations

from collections.abc import Mapping

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
from assets.archive.rules.printed_rows import PrintedRows
from assets.producers.ons.child_mortality.tables import (
    BOTH,
    ENGLAND,
    FLAGGED_BELOW,
    OUTSIDE,
    REGIONS,
    REQUIRED_AREAS,
    ROUNDING,
    UNIONS,
    WALES,
    WITHHELD_BELOW,
)
from assets.producers.ons.workbooks.columns import BIRTH_REGISTRATIONS, REGISTRATION_RATES
from assets.producers.ons.workbooks.layout_advice import described_is_there

_OUTSIDE_NOT_PRINTED = f"{BOTH}, {OUTSIDE}"
_LABELS = ["table_number", "year", "area_code", "area_name", "age_of_mother", "sex"]


_ALL = {"1": ("sex", "All births"), "2": ("age_of_mother", "All ages")}


@PerExtract
def _totals(parsed: ParsedExtract) -> Mapping[str, pd.DataFrame]:
    """Return each table for all ages and sexes, one row per area."""
    frame = parsed.frame
    return {
        table: PrintedRows(frame[(frame["table_number"] == table) & (frame[column] == label)]).wide(
            BIRTH_REGISTRATIONS, _LABELS
        )
        for table, (column, label) in _ALL.items()
    }


def _required(rows: pd.DataFrame) -> tuple[str, ...]:
    union = () if rows["area_code"].isin(UNIONS).any() else (" or ".join(UNIONS),)
    return (*REQUIRED_AREAS, *union)


def _areas_missing(parsed: ParsedExtract) -> pd.DataFrame:
    return joined(
        [
            missing_areas(rows, "area_code", _required(rows)).assign(table_number=table)
            for table, rows in _totals(parsed).items()
        ]
    )


def _sums(parsed: ParsedExtract) -> pd.DataFrame:
    found = []
    for table, measures in (("1", ["live_births"]), ("2", ["live_births", "stillbirths"])):
        rows = _totals(parsed)[table]
        code = rows["area_code"]
        found.append(
            sums_agree(rows, code == BOTH, code.isin([ENGLAND, WALES]), measures, "nations")
        )
        found.append(sums_agree(rows, code == ENGLAND, code.isin(REGIONS), measures, "regions"))
    return joined(found)


def _tables_differ(parsed: ParsedExtract) -> pd.DataFrame:
    first, second = _totals(parsed)["1"], _totals(parsed)["2"]
    both = first.merge(second, on="area_code", how="outer", suffixes=("", "_table_2"))
    differ = both["live_births"].fillna(-1) != both["live_births_table_2"].fillna(-1)
    return picked(both, differ)


def _stillbirth_rates(parsed: ParsedExtract) -> pd.DataFrame:
    table = PrintedRows(parsed.frame[parsed.frame["table_number"] == "2"])
    published = REGISTRATION_RATES[0]
    rows = table.wide({**BIRTH_REGISTRATIONS, "rate": published.rate}, _LABELS)
    rows["source_column"] = published.rate[0]
    rows["flag_text"] = table.texts(published.flag)
    return rows if table.has(published.rate) else rows.iloc[:0]


def _rates(parsed: ParsedExtract) -> pd.DataFrame:
    rows = _stillbirth_rates(parsed)
    counted = rows["stillbirths"]
    exact = counted / (rows["live_births"] + counted) * 1000
    return picked(rows, (rows["rate"] - exact).abs() > ROUNDING)


def _marks(parsed: ParsedExtract) -> pd.DataFrame:
    rows = _stillbirth_rates(parsed)
    counted = rows["stillbirths"]
    withheld = rows["rate"].isna() != (counted < WITHHELD_BELOW)
    # Unlike the child mortality workbook, this one does not flag a rate that it withholds.
    flagged = rows["flag_text"].notna() != counted.between(WITHHELD_BELOW, FLAGGED_BELOW - 1)
    return picked(rows, withheld | flagged)


RULES: tuple[IntakeRule, ...] = (
    no_duplicates(
        "INTAKE-ONS-BIRTHS-001",
        (
            "table_number",
            "year",
            "area_code",
            "age_of_mother",
            "sex",
            "imd_decile",
            "registration_type",
            "plurality",
            "previous_children",
        ),
    ),
    no_negative("INTAKE-ONS-BIRTHS-002"),
    whole_counts("INTAKE-ONS-BIRTHS-003", BIRTH_REGISTRATIONS),
    counts_printed(
        "INTAKE-ONS-BIRTHS-004", BIRTH_REGISTRATIONS, lambda frame: frame["year"].notna()
    ),
    IntakeRule(
        "INTAKE-ONS-BIRTHS-005",
        "England, Wales, their totals and the nine regions are there in both tables",
        "The workbook was cut short or a code changed. " + AGAIN,
        _areas_missing,
    ),
    IntakeRule("INTAKE-ONS-BIRTHS-006", "nations and regions add up to their totals", AGAIN, _sums),
    IntakeRule(
        "INTAKE-ONS-BIRTHS-007",
        "both tables state the same live births for every area",
        AGAIN,
        _tables_differ,
    ),
    IntakeRule(
        "INTAKE-ONS-BIRTHS-008",
        "the stillbirth rate is that of the counts, rounded to one decimal",
        "A figure stands in the wrong row or column. " + AGAIN,
        _rates,
    ),
    IntakeRule(
        "INTAKE-ONS-BIRTHS-009",
        "the stillbirth rate is withheld below 3 and flagged from 3 to 19",
        "It held without exception in 2023. Our own rates follow the counts.",
        _marks,
        required=False,
    ),
    described_is_there("INTAKE-ONS-BIRTHS-010"),
)
