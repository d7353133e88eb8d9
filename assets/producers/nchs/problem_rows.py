"""Findings of intake rules: offending staging rows with a ``problem`` column in plain words.

Most rules find nothing in most extracts: without a finding no row and no column is copied.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd


def marked(frame: pd.DataFrame, broken: pd.Series, problem: str | Sequence[str]) -> pd.DataFrame:
    """Return the rows that ``broken`` marks, with their problem.

    Args:
        frame: Staging rows.
        broken: Whether a row is a finding.
        problem: One text for all findings, or one per finding.
    """
    return frame[broken].assign(problem=problem) if broken.any() else frame.iloc[:0]


def beside(frame: pd.DataFrame, rows: pd.Series, column: str) -> pd.Series:
    """Return for each marked staging row the value of another column of its source row."""
    there = frame["source_column"] == column
    values = pd.Series(frame["value"][there].to_numpy(), index=frame["source_row"][there])
    return frame["source_row"][rows].map(values)
