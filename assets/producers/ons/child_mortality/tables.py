"""Tables of a staged child mortality workbook with one row per printed row."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from assets.archive.dataset import ParsedExtract
from assets.archive.rules.per_extract import PerExtract
from assets.archive.rules.printed_rows import Columns, PrintedRows
from assets.producers.ons.child_mortality.labels import ALL
from assets.producers.ons.workbooks.columns import (
    AREA_COUNTS,
    DEPRIVATION_COUNTS,
    DEPRIVATION_COUNTS_WALES,
    MOTHERS_AGE_COUNTS,
    NATION_COUNTS,
    SERIES_COUNTS,
)

ENGLAND, WALES, BOTH, OUTSIDE = "E92000001", "W92000004", "K04000001", "J99000001"
REGIONS = tuple(f"E1200000{n}" for n in range(1, 10))
UNIONS = (f"{BOTH}, {OUTSIDE}", BOTH)
REQUIRED_AREAS = (ENGLAND, WALES, *REGIONS)
WITHHELD_BELOW, FLAGGED_BELOW = 3, 20
ROUNDING = 0.05 + 1e-9
"""Half of the last place printed: the producer rounds ties either way."""
LABELS = ["year", "area_code", "area_name", "area_geography"]
GROUPS = ["year", "area_code", "imd_decile", "sex", "age_of_mother"]
"""Staging columns that tell the rows of a table apart."""
COUNTS: Mapping[str, Columns] = {
    "1": SERIES_COUNTS,
    "2": NATION_COUNTS,
    "3": AREA_COUNTS,
    "10": MOTHERS_AGE_COUNTS,
    "21": DEPRIVATION_COUNTS,
    "25": DEPRIVATION_COUNTS_WALES,
}
_COUNTED = frozenset(
    name for table in COUNTS.values() for names in table.values() for name in names
)


def areas(frame: pd.DataFrame) -> pd.DataFrame:
    """Return Table 3 with one row per area and its counts."""
    return PrintedRows(frame[frame["table_number"] == "3"]).wide(AREA_COUNTS, LABELS)


@PerExtract
def tables(parsed: ParsedExtract) -> Mapping[str, PrintedRows]:
    """Return the printed rows of each table, those of all birth weights together.

    The editions up to 2017 print a count of zero as a dash.
    """
    frame = parsed.frame
    dashes = frame["raw_text"].str.strip().eq("-") & frame["source_column"].isin(_COUNTED)
    if dashes.any():
        frame = frame.assign(value=frame["value"].mask(dashes, 0))
    number, weight = frame["table_number"], frame["birth_weight"]
    every = weight.isna() | (weight == ALL)
    return {table: PrintedRows(frame[(number == table) & every]) for table in COUNTS}


@PerExtract
def areas_of(parsed: ParsedExtract) -> pd.DataFrame:
    """Return Table 3 with one row per area and its counts."""
    return tables(parsed)["3"].wide(AREA_COUNTS, LABELS)
