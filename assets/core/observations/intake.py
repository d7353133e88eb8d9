"""Strata of an arriving export: an unknown group is refused by name, never a stratum of its own."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

from assets.archive.dataset import Dataset, ParsedExtract
from assets.archive.errors import ExtractError

_FILE = Path(__file__).with_name("strata.csv")


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
    return errors
