"""Check the areas of a new extract against the registry.

Areas of England and Wales that the registry does not know are named and left out, unless the
printed totals cannot be reconciled without them; of other extracts they refuse.
"""

from __future__ import annotations

import csv
from collections import Counter
from functools import cache
from pathlib import Path

import pandas as pd

from assets.archive.dataset import Dataset, ParsedExtract
from assets.archive.errors import ExtractAdvice, ExtractError
from assets.archive.producer import Areas
from assets.core.geography.area_registry import (
    areas,
    boundary_set_by_code,
    infer_boundary_set,
    superseded,
)
from assets.core.geography.conservation import sums_differ
from assets.core.geography.counties import is_pooled, state_of_county
from assets.producers.catalogue import STAGED

_FOLDER = Path(__file__).parent
_SHOWN = 20


@cache
def ew_names() -> dict[str, str]:
    """Return area codes by the lower-case names that name-only workbooks print."""
    with (_FOLDER / "ew_names.csv").open(encoding="utf-8", newline="") as handle:
        return {row["label"]: row["area_code"] for row in csv.DictReader(handle)}


def judge_areas(dataset: Dataset, parsed: ParsedExtract, file_name: str) -> list[ExtractError]:
    """Return an error for every kind of area that the registry does not know.

    A Nomis answer may hold areas of two boundary sets; that is said as advice, with what is not
    used of it.

    Args:
        dataset: Dataset that the extract is offered to.
        parsed: Its staging rows.
        file_name: Name of the file, for the message.
    """
    staged = STAGED.get(dataset.staging.name)
    named = staged.areas if staged is not None else None
    frame = parsed.frame
    if named is None or named.column not in frame:
        return []
    if named.told_by == "us_name":
        known = {a.name.lower() for a in areas().values() if a.country == "US"}
        unknown = frame[~frame[named.column].str.lower().isin(known)]
        return _errors(unknown, named.column, "a state, territory or UNITED STATES", file_name)
    if named.told_by == "ew_name":
        return _judge_named_areas(frame, named, file_name)
    return _judge_codes(parsed, named, file_name)


def _judge_codes(parsed: ParsedExtract, named: Areas, file_name: str) -> list[ExtractError]:
    """Judge the areas of an extract that names them by code."""
    frame, column = parsed.frame, named.column
    codes = {a.fips for a in areas().values() if a.fips} if named.told_by == "fips" else areas()
    given = frame[frame[column].notna()]
    unknown = given[~given[column].isin(list(codes))]
    if named.unknown == "left_out":
        found: list[ExtractError] = _advice_on_unknown(unknown, column, file_name)
        return found + _boundaries(parsed, named, file_name)
    counties: list[ExtractError] = []
    if named.counties_by_code:
        is_county = unknown[column].map(lambda c: bool(state_of_county(c)) and not is_pooled(c))
        counties = _counties_by_prefix(unknown[is_county.astype("bool")], column, file_name)
        unknown = unknown[~is_county.astype("bool")]
    errors = _errors(unknown, column, "a code of the registry", file_name)
    if named.told_by == "fips" and named.county_column:
        errors += _counties_elsewhere(frame, file_name)
    return errors or _boundaries(parsed, named, file_name) or counties


def _boundaries(parsed: ParsedExtract, named: Areas, file_name: str) -> list[ExtractError]:
    """Judge whether the areas of a year are of as many boundary sets as they may be."""
    if named.boundary_sets == 1:
        return _mixed_boundaries(parsed, named, file_name)
    return _two_boundaries(parsed, named, file_name) if named.boundary_sets == 2 else []


def _counties_by_prefix(rows: pd.DataFrame, column: str, file_name: str) -> list[ExtractError]:
    """Return advice on counties that are known by their code alone."""
    if rows.empty:
        return []
    codes = sorted(rows[column].unique())
    named = ", ".join(f"{code} ({_state_of(code)})" for code in codes[:_SHOWN])
    return [
        ExtractAdvice(
            "GEOGRAPHY-COUNTY-BY-CODE",
            f"{len(codes)} county codes that no registry names: {named}",
            "codes of counties, whose first two digits are those of their state",
            "They are used as counties of these states. Compare the codes with the FIPS list; a "
            "digit that was mistyped makes another county.",
            file_name,
            row=int(rows["source_row"].iloc[0]),
            column=column,
            details={"codes": codes},
        )
    ]


def _state_of(code: str) -> str:
    """Return the name of the state that a county code lies in, for a message."""
    state = state_of_county(code)
    return state.name if state is not None else "no state"


def _counties_elsewhere(frame: pd.DataFrame, file_name: str) -> list[ExtractError]:
    """Return an error where a county's code is not of a state, or not of the state beside it."""
    if frame["county_code"].isna().all():
        return []
    rows = frame[frame["county_code"].notna()]
    lie_in = {c: getattr(state_of_county(c), "fips", None) for c in rows["county_code"].unique()}
    states = rows["county_code"].map(lie_in)
    beside = rows["state_code"].fillna(states)
    wrong = rows[(states.isna() | (states != beside)).astype("bool")]
    if wrong.empty:
        return []
    first = wrong.iloc[0]
    return [
        ExtractError(
            "GEOGRAPHY-COUNTY",
            f"{wrong['county_code'].nunique()} county codes that do not lie in their state, first: "
            f"{first['county_code']} beside the state {first['state_code'] or 'of no name'}",
            "county codes that start with the FIPS code of their state",
            "Rows were shifted or a code was changed. Export again and save the download as it is.",
            file_name,
            str(first["source_sheet"]),
            int(first["source_row"]),
            "county_code",
        )
    ]


def _judge_named_areas(frame: pd.DataFrame, names: Areas, file_name: str) -> list[ExtractError]:
    """Judge the by-area workbooks: codes where they are printed, names elsewhere."""
    codes = frame[names.code_column].fillna(frame[names.column].str.lower().map(ew_names()))
    unknown = frame[~codes.isin(list(areas()))]
    found: list[ExtractError] = [
        *_advice_on_unknown(unknown, names.column, file_name),
        *sums_differ(frame, codes, names.summed, file_name),
    ]
    return found


def _advice_on_unknown(unknown: pd.DataFrame, column: str, file_name: str) -> list[ExtractError]:
    if unknown.empty:
        return []
    first = unknown.iloc[0]
    names = sorted(unknown[column].unique())
    rows = len(unknown.drop_duplicates(["source_sheet", "source_row"]))
    remedy = (
        "Everything else is used. If the area is needed, add it with its predecessors to the "
        "geography registry, or its name to ew_names.csv."
    )
    if column == "geography_code" and all(map(str.isdecimal, names)):
        remedy = "An area without a GSS code is one of Nomis's own. Everything else is used."
    return [
        ExtractAdvice(
            "GEOGRAPHY-UNKNOWN",
            f"{rows} rows of areas that the registry does not know: "
            f"{', '.join(map(repr, names[:_SHOWN]))}",
            "areas of the registry; these rows are left out",
            remedy,
            file_name,
            str(first["source_sheet"]),
            int(first["source_row"]),
            column,
            {"unknown": names, "rows": rows},
        )
    ]


def _mixed_boundaries(parsed: ParsedExtract, named: Areas, file_name: str) -> list[ExtractError]:
    for value, rows in parsed.frame.groupby(named.year_column):
        try:
            infer_boundary_set(
                code
                for code in rows[named.column].dropna().unique()
                if code in areas() and areas()[code].country != "US"
            )
        except ValueError as error:
            return [_no_boundaries(error, f"one boundary set for {value}", file_name)]
    return []


def _two_boundaries(parsed: ParsedExtract, named: Areas, file_name: str) -> list[ExtractError]:
    frame = parsed.frame[parsed.frame["is_newest_boundary"]]
    column = named.column
    left_out: list[pd.DataFrame] = []
    kept: dict[str, str] = {}
    for value, rows in frame.groupby(named.year_column):
        codes = rows[column].unique()
        try:
            placed = boundary_set_by_code(codes)
        except ValueError as error:
            return [_no_boundaries(error, f"at most two boundary sets for {value}", file_name)]
        left_out.append(rows[rows[column].isin(superseded(codes))])
        names = Counter(name for name in placed.values() if name != "EW")
        usual = max(names, key=lambda name: names[name], default="EW")
        kept |= {code: name for code, name in placed.items() if name not in ("EW", usual)}
    out = pd.concat(left_out)
    found: list[ExtractError] = []
    if len(out):
        found.append(_advice_on_superseded(out, column, file_name))
    if kept:
        found.append(
            ExtractAdvice(
                "GEOGRAPHY-TWO-BOUNDARIES",
                f"{len(kept)} areas on other boundaries than the rest: "
                + ", ".join(f"{code} ({name})" for code, name in sorted(kept.items())[:_SHOWN]),
                "areas of one boundary set",
                "They are used on their own boundaries, and summed forward where all parts of an "
                "area are there.",
                file_name,
                column=column.upper(),
                details={"areas": kept},
            )
        )
    return found


def _advice_on_superseded(rows: pd.DataFrame, column: str, file_name: str) -> ExtractAdvice:
    codes = sorted(rows[column].unique())
    return ExtractAdvice(
        "GEOGRAPHY-PREDECESSORS",
        f"{len(rows)} rows of {', '.join(codes[:_SHOWN])} beside their successors",
        "areas of one boundary set",
        "The rows are left out, because the successors' counts contain theirs. Ask for one type "
        "of local authorities to do without them.",
        file_name,
        row=int(rows["source_row"].iloc[0]),
        column=column.upper(),
        details={"rows": len(rows), "codes": codes},
    )


def _no_boundaries(error: ValueError, expected: str, file_name: str) -> ExtractError:
    return ExtractError(
        "GEOGRAPHY-BOUNDARIES",
        str(error),
        expected,
        "Compare the codes with the Code History Database; a new boundary set is a row in "
        "assets/core/geography/vintages.csv.",
        file_name,
    )


def _errors(
    unknown: pd.DataFrame, column: str, expected: str, file_name: str
) -> list[ExtractError]:
    if unknown.empty:
        return []
    first = unknown.iloc[0]
    names = sorted(unknown[column].unique())
    remedy = (
        "If the area is new, add it with its predecessors to the geography registry; if the "
        "spelling is new, add the name."
    )
    return [
        ExtractError(
            "GEOGRAPHY-UNKNOWN",
            f"{column} {', '.join(map(repr, names[:_SHOWN]))}",
            expected,
            remedy,
            file_name,
            str(first["source_sheet"]),
            int(first["source_row"]),
            column,
            {"unknown": names},
        )
    ]
