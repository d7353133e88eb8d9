"""Labels and columns of a CDC WONDER export that the vocabulary lacks: kept, counted and named."""

from __future__ import annotations

import pandas as pd

from assets.archive.dataset import ParsedExtract
from assets.producers.nchs.cells import ANY
from assets.producers.nchs.states import NAME_BY_FIPS
from assets.producers.nchs.wonder.ages import is_later
from assets.producers.nchs.wonder.footer import split_list
from assets.producers.nchs.wonder.labels import is_known
from assets.producers.nchs.wonder.layout import measure_kind
from assets.producers.nchs.wonder.query import grouped_by
from assets.producers.nchs.wonder.strata import items_in, items_not_listed, meaning_of
from assets.producers.nchs.wonder.vocabulary import OTHER, dimension_of, has_vocabulary

RESTORED = "Restored Codes"
"""Metadata: codes that a spreadsheet had shortened, with what they were restored to."""


def unknown_labels(parsed: ParsedExtract) -> pd.DataFrame:
    """Return one row for every label that is not listed with its code, with the rows counted."""
    found = []
    for name in grouped_by(parsed):
        code = f"{name}_code"
        rows = parsed.frame[parsed.frame[code].notna()]
        for (label, value), same in rows.groupby([name, code], sort=True):
            if not _is_known(name, str(value), str(label)):
                lines = same["source_row"].nunique()
                problem = f"{lines} rows with the label {label!r}, code {value!r}"
                found.append(same.iloc[:1].assign(problem=problem))
    for header, label, value in items_not_listed(parsed.frame):
        rows = parsed.frame[parsed.frame[OTHER].fillna("").str.contains(label, regex=False)]
        lines = rows["source_row"].nunique()
        problem = f"{lines} rows with the label {label!r}, code {value!r}, under {header!r}"
        found.append(rows.iloc[:1].assign(problem=problem))
    return pd.concat(found) if found else parsed.frame.iloc[:0]


def _is_known(name: str, code: str, label: str) -> bool:
    if name == "state":
        return NAME_BY_FIPS.get(code) == label
    if name == "age_of_infant" and is_later(label):
        return True
    if name == "cause" and not code.startswith("GR"):
        return True  # codes of the classifications of diseases are not listed here
    if name in ("year", "month"):
        return is_known(name, code, label)
    return name == OTHER or not has_vocabulary(name) or is_known(name, code, label)


def unknown_columns(parsed: ParsedExtract) -> pd.DataFrame:
    """Return one row for every grouping or measured column that is kept but not known."""
    found = []
    if OTHER in grouped_by(parsed):
        row = parsed.frame[parsed.frame[OTHER].notna()].iloc[:1]
        said = row[["grouped_by", "database_label", OTHER, f"{OTHER}_code"]].iloc[0]
        headers = [
            header
            for header, _, _ in items_in(split_list(said.iloc[0]), said.iloc[2], said.iloc[3])
            if meaning_of(dimension_of(header) or OTHER, header, said.iloc[1]) is None
        ]
        if headers:
            found.append(row.assign(problem=f"no characteristic for {', '.join(headers)}"))
    headers = [h for h in parsed.frame["source_column"].unique() if measure_kind(h) == ANY]
    for header in headers:
        row = parsed.frame[parsed.frame["source_column"] == header].iloc[:1]
        found.append(row.assign(problem=f"the measured column {header!r} is not known"))
    return pd.concat(found) if found else parsed.frame.iloc[:0]


def restored_codes(parsed: ParsedExtract) -> pd.DataFrame:
    """Return one row that tells which codes were restored, where any was."""
    told = parsed.metadata.get(RESTORED)
    return parsed.frame.iloc[:1].assign(problem=told) if told else parsed.frame.iloc[:0]
