"""Advice on what a description names and a workbook lacks, and on rows that could not be told."""

from __future__ import annotations

import pandas as pd

from assets.archive.dataset import IntakeRule, ParsedExtract
from assets.producers.ons.workbooks.tables_not_read import NOT_READ

_ABSENT = {
    NOT_READ: "table",
    "sheets_not_described": "description",
    "columns_absent": "column",
    "rows_with_unknown_keys": "row",
    "names_not_read": "name",
    "labels_not_known": "group",
    "counts_not_whole": "count",
    "tables_elsewhere": "place",
}


def _lacking(parsed: ParsedExtract) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {"lacks": kind, "which": parsed.metadata[name]}
            for name, kind in _ABSENT.items()
            if parsed.metadata.get(name)
        ]
    )


def described_is_there(rule_id: str) -> IntakeRule:
    """Return the advice that tables, columns and rows are all as described."""
    return IntakeRule(
        rule_id,
        "every table and column of the description is there, and every row has a known key",
        "Nothing is made of them; everything else is used, of a name the code beside it. If the "
        "edition prints them in other words, add the wording to the description.",
        _lacking,
        required=False,
    )
