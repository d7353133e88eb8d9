"""What the query of a CDC WONDER export asked for, and whether its rows can be told apart.

A restriction that no column shows (births of one race, months of one half year) would make the
figures look like those of everybody. Such an export is refused; a single year or a single state
is stored with every row instead, since the footer prints it.
"""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

import pandas as pd

from assets.archive.dataset import ParsedExtract
from assets.producers.nchs.staging_frame import staging_frame
from assets.producers.nchs.states import FIPS_BY_NAME
from assets.producers.nchs.tables import NCHS_WONDER
from assets.producers.nchs.wonder.ages import FIRST_YEAR, hours_of
from assets.producers.nchs.wonder.footer import (
    ALL_VALUES,
    only_states,
    split_list,
    states_asked_for,
)
from assets.producers.nchs.wonder.grammar import FOOTER, REMOVED
from assets.producers.nchs.wonder.layout import MORTALITY
from assets.producers.nchs.wonder.vocabulary import AREAS, OTHER, dimension_of, dimensions_of, plain

_PARAMETER = "Parameter: "
_QUERY_DATE = ("%b %d, %Y %I:%M:%S %p", "%b %d, %Y")
_YEAR = re.compile(r"(?P<code>[0-9]{4})(?: \(.*\))?")
_YEAR_PARAMETERS = ("Year of Death", "Year", "Year/Month")
_SPAN = re.compile(r"(?P<first>[0-9]{4})(?:-(?P<last>[0-9]{4}))?(?! through)\b(?! through)")
_AGE_PARAMETERS = re.compile(r".*Age Groups?|Single-Year Ages.*|Age Group|Age")
_WITHOUT_EFFECT = re.compile(
    r"Title|Description|.*\bOptions?|Show .*|Calculate .*|.*Precision|Data Access.*"
)


def years_asked_for(parameters: dict[str, str]) -> tuple[str, ...] | None:
    """Return the years of the query as printed, ``None`` where it names none or names months."""
    value = next((parameters[key] for key in _YEAR_PARAMETERS if key in parameters), "")
    if not value or ALL_VALUES.fullmatch(value):
        return None
    years = split_list(value)
    return years if all(_YEAR.fullmatch(year) for year in years) else None


def implied_labels(parameters: dict[str, str], dimensions: tuple[str, ...]) -> dict[str, str]:
    """Return labels that hold for every row because the query asked for one value only.

    Ages of the first year that follow one another are one value: the neonatal deaths of a query
    for the days 0 to 27 are a count of their own.

    Args:
        parameters: Query parameters of the footer.
        dimensions: Staging columns that the rows are grouped by already.
    """
    labels: dict[str, str] = {}
    years = years_asked_for(parameters)
    if "year" not in dimensions and years is not None and len(years) == 1:
        labels |= {"year": years[0], "year_code": years[0][:4]}
    states = states_asked_for(parameters)
    if "state" not in dimensions and len(states) == 1 and states[0] in FIPS_BY_NAME:
        labels |= {"state": states[0], "state_code": FIPS_BY_NAME[states[0]]}
    if "age_of_infant" not in dimensions and (ages := _part_of_first_year(parameters)):
        labels |= {"age_of_infant": ages, "age_of_infant_code": ages}
    return labels


def _part_of_first_year(parameters: dict[str, str]) -> str:
    """Return the ages of a query for part of the first year, empty where it asks for none."""
    asked = [value for key, value in parameters.items() if dimension_of(key) == "age_of_infant"]
    parts = [value for value in asked if hours_of(value) not in (None, FIRST_YEAR)]
    return parts[0] if len(parts) == 1 else ""


def years_in_one_figure(
    parameters: dict[str, str], dimensions: tuple[str, ...], database_label: str
) -> tuple[int, int] | None:
    """Return the first and last year of figures that cover several years.

    Args:
        parameters: Query parameters of the footer.
        dimensions: Staging columns that the rows are grouped by.
        database_label: Dataset line of the footer; its years count where the query names none.

    Returns:
        ``None`` where the rows are by year, or where the years have a gap or are not told.
    """
    if "year" in dimensions:
        return None
    years = years_asked_for(parameters)
    if years is None:
        named = next((parameters[key] for key in _YEAR_PARAMETERS if key in parameters), "All")
        span = _SPAN.search(database_label)
        if not ALL_VALUES.fullmatch(named) or span is None:
            return None
        return int(span["first"]), int(span["last"] or span["first"])
    found = sorted({int(year[:4]) for year in years})
    return (found[0], found[-1]) if found[-1] - found[0] == len(found) - 1 else None


def parameters_of(metadata: dict[str, str]) -> dict[str, str]:
    """Return the query parameters that a parser left in the metadata."""
    return {
        key.removeprefix(_PARAMETER): value
        for key, value in metadata.items()
        if key.startswith(_PARAMETER)
    }


def grouped_by(parsed: ParsedExtract) -> tuple[str, ...]:
    """Return the staging columns that the rows of an export are grouped by."""
    if "Group By" in parsed.metadata:
        headers = split_list(parsed.metadata["Group By"])
        return tuple(dict.fromkeys(dimensions_of(headers)))
    codes = [name for name in parsed.frame.columns if name.endswith("_code")]
    return tuple(n.removesuffix("_code") for n in codes if parsed.frame[n].notna().any())


def _headers_grouped_by(parsed: ParsedExtract) -> set[str]:
    return {plain(header) for header in split_list(parsed.metadata.get("Group By", ""))}


def unstored_restrictions(parsed: ParsedExtract) -> pd.DataFrame:
    """Return one row per restriction of the query that no staging column shows."""
    if "Group By" not in parsed.metadata:
        return staging_frame(NCHS_WONDER, [])
    parameters = parameters_of(parsed.metadata)
    grouped = grouped_by(parsed)
    implied = implied_labels(parameters, grouped)
    problems = [
        f"restricted to {key}: {value[:120]}"
        for key, value in parameters.items()
        if not ALL_VALUES.fullmatch(value) and not _is_stored(key, value, parsed, grouped, implied)
    ]
    is_data = parsed.frame["row_type"] == "data"
    if parsed.frame["first_year"][is_data].isna().any():
        problems.append(
            "several years in one figure, with gaps or from a database whose last year is open"
        )
    # Whose deaths a copy without footer counts, its figures must prove (proof.py).
    has_footer = parsed.metadata.get(FOOTER) != REMOVED
    of_mortality = parsed.metadata.get("Database Kind") == MORTALITY
    if of_mortality and has_footer and not _ages_are_told(parameters, grouped, implied):
        problems.append("deaths of all ages: no restriction to the age group '< 1 year'")
    if not problems:
        return staging_frame(NCHS_WONDER, [])
    labels = {name: parsed.frame[name].iloc[0] for name in ("database_label", "database_kind")}
    rows = staging_frame(NCHS_WONDER, [labels] * len(problems))
    return rows.assign(problem=problems)


def _is_stored(
    key: str,
    value: str,
    parsed: ParsedExtract,
    grouped: tuple[str, ...],
    implied: dict[str, str],
) -> bool:
    if _WITHOUT_EFFECT.fullmatch(key):
        return True
    if key in _YEAR_PARAMETERS:
        return years_asked_for({key: value}) is not None or "month" in grouped
    if dimension_of(key) == "state":
        if only_states(value):
            return bool({"state", "county"} & set(grouped)) or "state" in implied
        return "county" in grouped
    if dimension_of(key) in AREAS and dimension_of(key) != "county":
        return bool({"state", "county", dimension_of(key)} & set(grouped))
    if parsed.metadata.get("Database Kind") == MORTALITY and _AGE_PARAMETERS.fullmatch(key):
        return hours_of(value) == FIRST_YEAR or "age_of_infant" in (*grouped, *implied)
    name = dimension_of(key)
    if name is None:
        return plain(key) in _headers_grouped_by(parsed)
    return name in (*grouped, *implied) and name != OTHER


def _ages_are_told(
    parameters: dict[str, str], grouped: tuple[str, ...], implied: dict[str, str]
) -> bool:
    ages = [value for key, value in parameters.items() if _AGE_PARAMETERS.fullmatch(key)]
    return "age_of_infant" in (*grouped, *implied) or FIRST_YEAR in map(hours_of, ages)


def query_date(_: Path, parsed: ParsedExtract) -> str | None:
    """Return the time of the query, in the time zone of the server, or ``None``.

    The database has one edition at a time, so that of two exports of one query the later one holds
    what the producer says today.
    """
    text = parsed.metadata.get("Query Date", "")
    for form in _QUERY_DATE:
        try:
            return datetime.strptime(text, form).isoformat(timespec="seconds")
        except ValueError:
            continue
    return None
