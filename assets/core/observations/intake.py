"""Strata of an arriving export: unknown groups are refused by name, unused figures are named."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

import pandas as pd

from assets.archive.dataset import Dataset, ParsedExtract
from assets.archive.errors import ExtractAdvice, ExtractError
from assets.core.observations.ages import incomplete_spans

_FILE = Path(__file__).with_name("strata.csv")
_CHARACTERISTICS = ("race", "hispanic_origin", "age_of_mother", "sex", "cause")


@cache
def known_labels() -> dict[str, frozenset[str]]:
    """Return the lower-case labels that the core tables know, by staging column."""
    found: dict[str, set[str]] = {"race": set(), "hispanic_origin": set()}
    with _FILE.open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            column = "race" if row["stratum_type"].startswith("race") else row["stratum_type"]
            if column in found:
                found[column].add(row["label"])
    return {column: frozenset(labels) for column, labels in found.items()}


def judge_strata(dataset: Dataset, parsed: ParsedExtract, file_name: str) -> list[ExtractError]:
    """Return an error for every column with groups that the core tables do not know.

    What a CDC WONDER export gives and no count is made of is said as advice.

    Args:
        dataset: Dataset that the extract is offered to.
        parsed: Its staging rows.
        file_name: Name of the file, for the message.
    """
    if dataset.staging.name != "nchs_wonder":
        return []
    errors = []
    for column, labels in known_labels().items():
        given = parsed.frame[parsed.frame[column].notna()]
        unknown = given[~given[column].str.strip().str.lower().isin(labels)]
        if len(unknown):
            names = sorted(unknown[column].unique())
            errors.append(
                ExtractError(
                    "STRATUM-UNKNOWN",
                    f"{column} {', '.join(map(repr, names))}",
                    "a group listed in assets/core/observations/strata.csv",
                    "If the producer added or renamed a group, add its label there.",
                    file_name,
                    str(unknown.iloc[0]["source_sheet"]),
                    int(unknown.iloc[0]["source_row"]),
                    column,
                    {"unknown": names},
                )
            )
    return errors or unused_rows(parsed, file_name)


def unused_rows(parsed: ParsedExtract, file_name: str) -> list[ExtractError]:
    """Return advice on the rows of a CDC WONDER export that stay in its staging table.

    Args:
        parsed: Staging rows of the export; its Total rows, which are never used, go unmentioned.
        file_name: Name of the file, for the message.
    """
    frame = parsed.frame[parsed.frame["row_type"] == "data"].drop_duplicates("source_row")
    reasons = {
        "are by month": frame["month_code"].notna(),
        "cross two or more characteristics": frame[list(_CHARACTERISTICS)].notna().sum(axis=1) > 1,
    }
    found: list[ExtractError] = [
        _unused(frame[unused], f"{unused.sum():,} of {len(frame):,} rows {reason}", file_name)
        for reason, unused in reasons.items()
        if unused.any()
    ]
    by_age = frame[frame["age_of_infant"].notna()]
    if len(by_age) and (absent := incomplete_spans(by_age["age_of_infant"])):
        names = ", ".join(measure.replace("_", " ") for measure in absent)
        found.append(_unused(by_age, f"not every age of: {names}", file_name))
    return found


def _unused(rows: pd.DataFrame, seen: str, file_name: str) -> ExtractAdvice:
    return ExtractAdvice(
        "WONDER-NOT-USED",
        seen,
        "figures of the nation, states or counties by year and at most one characteristic, ages of "
        "infant without a gap",
        "No count or rate is made of them; they are kept in staging.nchs_wonder. To have them "
        "used, group the export by less.",
        file_name,
        row=int(rows["source_row"].iloc[0]),
        details={"rows": len(rows)},
    )
