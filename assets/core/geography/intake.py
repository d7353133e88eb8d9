"""Areas of an arriving extract against the registry: an unknown code or name is refused by name."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

import pandas as pd

from assets.archive.dataset import Dataset, ParsedExtract
from assets.archive.errors import ExtractError
from assets.core.geography.registry import areas, infer_boundary_set

_FOLDER = Path(__file__).parent
_SHOWN = 20
_CODE_COLUMNS = {
    "nchs_wonder": "state_code",
    "ons_child_mortality": "area_code",
    "ons_birth_registrations": "area_code",
    "nomis": "geography_code",
    "fingertips": "area_code",
    "local_counts": "area",
}
_ONE_BOUNDARY_SET = ("ons_child_mortality", "ons_birth_registrations", "nomis", "local_counts")
"""Tables whose extracts each stand on the boundaries of one day."""
_YEAR_COLUMNS = {"nomis": "date"}


@cache
def ew_names() -> dict[str, str]:
    """Return area codes by the lower-case names that name-only workbooks print."""
    with (_FOLDER / "ew_names.csv").open(encoding="utf-8", newline="") as handle:
        return {row["label"]: row["area_code"] for row in csv.DictReader(handle)}


def judge_areas(dataset: Dataset, parsed: ParsedExtract, file_name: str) -> list[ExtractError]:
    """Return an error for every kind of area that the registry does not know.

    Args:
        dataset: Dataset that the extract is offered to.
        parsed: Its staging rows.
        file_name: Name of the file, for the message.
    """
    table = dataset.staging.name
    frame = parsed.frame
    if table == "nchs_vsrr":
        known = {a.name.lower() for a in areas().values() if a.country == "US"}
        unknown = frame[~frame["state"].str.lower().isin(known)]
        return _errors(unknown, "state", "a state, territory or UNITED STATES", file_name)
    if table == "ons_area_registrations":
        coded = frame["area_code"].notna()
        by_code = frame[coded & ~frame["area_code"].isin(areas().keys())]
        by_name = frame[~coded & ~frame["area_name"].str.lower().isin(ew_names())]
        return [
            *_errors(by_code, "area_code", "a GSS code of the registry", file_name),
            *_errors(by_name, "area_name", "a name in ew_names.csv", file_name),
        ]
    column = _CODE_COLUMNS.get(table)
    if column is None or column not in frame:
        return []
    codes = {a.fips for a in areas().values() if a.fips} if table == "nchs_wonder" else areas()
    given = frame[frame[column].notna()]
    unknown = given[~given[column].isin(list(codes))]
    errors = _errors(unknown, column, "a code of the registry", file_name)
    if not errors and table in _ONE_BOUNDARY_SET:
        errors = _mixed_boundaries(parsed, column, _YEAR_COLUMNS.get(table, "year"), file_name)
    return errors


def _mixed_boundaries(
    parsed: ParsedExtract, column: str, year: str, file_name: str
) -> list[ExtractError]:
    for value, rows in parsed.frame.groupby(year):
        try:
            infer_boundary_set(
                code for code in rows[column].dropna().unique() if areas()[code].country != "US"
            )
        except ValueError as error:
            return [
                ExtractError(
                    "GEOGRAPHY-BOUNDARIES",
                    str(error),
                    f"one boundary set for {value}",
                    "Compare the codes with the Code History Database; a new boundary set is a "
                    "row in assets/core/geography/vintages.csv.",
                    file_name,
                )
            ]
    return []


def _errors(
    unknown: pd.DataFrame, column: str, expected: str, file_name: str
) -> list[ExtractError]:
    if unknown.empty:
        return []
    first = unknown.iloc[0]
    names = sorted(unknown[column].unique())
    return [
        ExtractError(
            "GEOGRAPHY-UNKNOWN",
            f"{column} {', '.join(map(repr, names[:_SHOWN]))}",
            expected,
            "If the area is new, add it with its predecessors to the geography registry; if the "
            "spelling is new, add the name.",
            file_name,
            str(first["source_sheet"]),
            int(first["source_row"]),
            column,
            {"unknown": names},
        )
    ]
