"""Building blocks of the intake rules: rules on single cells, sums over rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from assets.archive.dataset import IntakeRule, ParsedExtract
from assets.archive.rules.printed_rows import Columns

AGAIN = (
    "Fetch the workbook again and compare the row with the producer's page; if the producer "
    "prints it so, write a correction or a waiver."
)


def picked(frame: pd.DataFrame, broken: pd.Series) -> pd.DataFrame:
    """Return the rows that ``broken`` marks; picking none costs next to nothing."""
    return frame[broken] if broken.any() else frame.iloc[:0]


def joined(found: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Return findings below each other; joining none costs next to nothing."""
    if any(map(len, found)):
        return pd.concat(found)
    return found[0] if found else pd.DataFrame()


def no_duplicates(rule_id: str, key: Sequence[str]) -> IntakeRule:
    """Return the rule that no two printed rows have the same key."""

    def offending(parsed: ParsedExtract) -> pd.DataFrame:
        frame = parsed.frame
        doubled = frame.duplicated([*key, "source_column"], keep=False)
        if not doubled.any():
            return frame.iloc[:0]
        return frame[doubled].sort_values([*key, "source_column"])

    return IntakeRule(
        rule_id, f"every combination of {', '.join(key)} occurs in one row only", AGAIN, offending
    )


def no_negative(rule_id: str) -> IntakeRule:
    """Return the rule that no figure is negative."""
    return IntakeRule(
        rule_id,
        "no figure is negative",
        AGAIN,
        lambda parsed: picked(parsed.frame, parsed.frame["value"] < 0),
    )


def whole_counts(rule_id: str, columns: Columns) -> IntakeRule:
    """Return the rule that counts are whole numbers."""
    names = [name for group in columns.values() for name in group]

    def offending(parsed: ParsedExtract) -> pd.DataFrame:
        frame = parsed.frame
        broken = frame["value"].notna() & (frame["value"] % 1 != 0)
        return picked(frame, broken & frame["source_column"].isin(names))

    return IntakeRule(rule_id, "counts of births and deaths are whole numbers", AGAIN, offending)


def counts_printed(
    rule_id: str, columns: Columns, tables: Callable[[pd.DataFrame], pd.Series]
) -> IntakeRule:
    """Return the rule that the main counts are printed in every row of the tables selected."""
    names = [name for group in columns.values() for name in group]

    def offending(parsed: ParsedExtract) -> pd.DataFrame:
        frame = parsed.frame
        chosen = tables(frame)
        printed = set(frame.loc[chosen, "source_column"].unique())
        absent = [measure for measure, group in columns.items() if printed.isdisjoint(group)]
        if absent:
            return pd.DataFrame({"column_missing": absent})
        return picked(frame, frame["value"].isna() & chosen & frame["source_column"].isin(names))

    return IntakeRule(rule_id, "every row prints its counts", AGAIN, offending)


def sums_agree(
    rows: pd.DataFrame,
    whole: pd.Series,
    parts: pd.Series,
    measures: Sequence[str],
    described: str,
) -> pd.DataFrame:
    """Return the measures of ``whole`` (one row) that differ from the sum over ``parts``.

    Measures of which any part is not printed are left out.
    """
    inside = parts.to_numpy(dtype=bool)
    totals = np.flatnonzero(whole.to_numpy(dtype=bool))
    if not inside.any() or not len(totals):
        return pd.DataFrame()
    wrong = []
    for measure in measures:
        values = rows[measure].to_numpy(dtype="float64")
        added = values[inside].sum()
        differ = totals[(values[totals] != added) & ~np.isnan(values[totals])]
        if not np.isnan(added):
            wrong += [(int(row), measure, values[row], added) for row in differ]
    return pd.DataFrame(
        [
            {
                "source_sheet": rows["source_sheet"].iloc[row],
                "source_row": rows["source_row"].iloc[row],
                "source_column": measure,
                "area": rows["area_name"].iloc[row] if "area_name" in rows else None,
                "printed": printed,
                "sum": added,
                "of": described,
            }
            for row, measure, printed, added in sorted(wrong, key=lambda found: found[0])
        ]
    )


def missing_areas(frame: pd.DataFrame, column: str, required: Sequence[str]) -> pd.DataFrame:
    """Return the required areas that no row is about."""
    present = set(pd.Series(frame[column].dropna().unique(), dtype="str").str.upper())
    absent = [area for area in required if area.upper() not in present]
    return pd.DataFrame({"missing": absent})
