"""Arithmetic inside a CDC WONDER export: Total rows and printed rates."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from assets.archive.dataset import ParsedExtract
from assets.nchs.findings import beside, joined
from assets.nchs.frames import staging_frame
from assets.nchs.wonder_layout import LINKED
from assets.nchs.wonder_query import grouped_by
from assets.schema.tables.staging import NCHS_WONDER

_WEIGHTED_ROUNDING = 10
"""Linked deaths are weighted, so sums of rounded cells drift from the rounded total."""
_LARGEST_SUPPRESSED = 9

QUOTIENTS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("Death Rate", "Deaths", ("Births",)),
    ("Crude Rate", "Deaths", ("Population",)),
    ("Birth Rate", "Births", ("Total Population", "Population")),
    ("Fertility Rate", "Births", ("Female Population",)),
)
"""Rate, numerator and possible denominators of the columns that are quotients of others."""
_DENOMINATOR_REPEATED_BY = {"age_of_infant", "cause"}
"""Groupings of deaths only: every row prints the births of all."""


def wrong_totals(parsed: ParsedExtract) -> pd.DataFrame:
    """Return cells of Total rows that do not agree with the rows that they sum up."""
    grouped = grouped_by(parsed)
    found = [_absent_total(parsed)]
    for measure in _additive(grouped):
        found.extend(_compare(parsed, grouped, measure))
    return joined(found)


def wrong_rates(parsed: ParsedExtract) -> pd.DataFrame:
    """Return printed rates that are not the quotient of the counts in their row."""
    frame = parsed.frame
    headers = set(frame["source_column"].unique())
    found = []
    for rate, numerator, denominators in QUOTIENTS:
        denominator = next((name for name in denominators if name in headers), None)
        decimals = parsed.metadata.get(f"Decimals: {rate}")
        if rate not in headers or denominator is None or decimals is None:
            continue
        is_rate = (frame["source_column"] == rate) & frame["value"].notna()
        expected = (
            beside(frame, is_rate, numerator)
            / beside(frame, is_rate, denominator)
            * frame["rates_per"][is_rate].astype("float64")
        )
        allowed = 0.5 * 10.0 ** -int(decimals) + 1e-9
        differs = (frame["value"][is_rate] - expected).abs() > allowed
        if differs.any():
            wrong = frame[is_rate][differs]
            recomputed = [f"recomputed: {e:.6g}" for e in expected[wrong.index]]
            found.append(wrong.assign(problem=recomputed))
    return joined(found)


def _additive(grouped: tuple[str, ...]) -> tuple[str, ...]:
    if "cause" in grouped:
        return ()  # cause lists print groups and their members side by side
    return ("Deaths",) if _DENOMINATOR_REPEATED_BY & set(grouped) else ("Deaths", "Births")


@dataclass
class _Sum:
    """Rows that a Total row sums up: their numbers, and how many print a word instead."""

    shown: float = 0.0
    suppressed: int = 0
    other: int = 0


def _compare(
    parsed: ParsedExtract, grouped: tuple[str, ...], measure: str
) -> Iterator[pd.DataFrame]:
    frame = parsed.frame
    codes = [f"{name}_code" for name in grouped]
    cells = frame.loc[frame["source_column"] == measure, ["row_type", "value", "raw_text", *codes]]
    is_total = cells["row_type"].isin(["subtotal", "total"]) & cells["value"].notna()
    totals = _labelled(cells[is_total], codes)
    if not totals:
        return
    data = cells[cells["row_type"] == "data"]
    weighted = measure == "Deaths" and parsed.metadata.get("Database Kind") == LINKED
    tolerance = _WEIGHTED_ROUNDING if weighted else 0
    printed = cells["value"][is_total].to_numpy()
    for depth in range(len(codes)):
        here = [i for i, labels in enumerate(totals) if _depth(labels) == depth]
        if not here:
            continue
        sums = _sums(data, codes[:depth])
        wrong, problems = [], []
        for i in here:
            rows = sums.get(totals[i][:depth])
            least, most = _bounds(rows, measure, parsed.metadata) if rows else (np.nan, np.nan)
            if not least - tolerance <= printed[i] <= most + tolerance:
                wrong.append(i)
                shown = rows.shown if rows else np.nan
                problems.append(f"the sum of its rows is {shown:.0f}")
        if wrong:
            yield frame.loc[cells.index[is_total][wrong]].assign(problem=problems)


def _labelled(cells: pd.DataFrame, codes: Sequence[str]) -> list[tuple[object, ...]]:
    """Return the codes of every row; what a row lacks is no text."""
    columns = [cells[code].to_numpy(dtype=object) for code in codes]
    return list(zip(*columns, strict=True)) if columns else [()] * len(cells)


def _depth(labels: tuple[object, ...]) -> int | None:
    """Return how many leading labels a Total row has; ``None`` where one stands behind a gap."""
    filled = [isinstance(label, str) for label in labels]
    return sum(filled) if filled == sorted(filled, reverse=True) else None


def _sums(data: pd.DataFrame, kept: list[str]) -> dict[tuple[object, ...], _Sum]:
    """Return the sums of the data rows by the codes kept."""
    sums: dict[tuple[object, ...], _Sum] = {} if kept else {(): _Sum()}
    suppressed = data["raw_text"].eq("Suppressed").to_numpy(dtype=bool)
    values = data["value"].to_numpy(dtype="float64")
    for labels, value, is_suppressed in zip(_labelled(data, kept), values, suppressed, strict=True):
        rows = sums.setdefault(labels, _Sum())
        if value == value:  # noqa: PLR0124 - false for a cell without a number
            rows.shown += value
        elif not is_suppressed:
            rows.other += 1
        rows.suppressed += int(is_suppressed)
    return sums


def _bounds(rows: _Sum, measure: str, metadata: dict[str, str]) -> tuple[float, float]:
    """Return the smallest and the largest total that the rows allow."""
    message = metadata.get("Messages", "")
    unbounded = "suppressed" in message and "hidden" in message
    if measure != "Deaths":  # deaths are always counted; a denominator may not exist
        unbounded |= rows.suppressed > 0 or rows.other > 0
    most = rows.shown + rows.suppressed * _LARGEST_SUPPRESSED
    return rows.shown + rows.suppressed, float("inf") if unbounded else most


def _absent_total(parsed: ParsedExtract) -> pd.DataFrame:
    none = staging_frame(NCHS_WONDER, [])
    shown = parsed.metadata.get("Show Totals") == "True"
    unavailable = "Totals are not available" in parsed.metadata.get("Messages", "")
    if not shown or unavailable or (parsed.frame["row_type"] == "total").any():
        return none
    return staging_frame(NCHS_WONDER, [{"row_type": "total"}]).assign(
        problem="the footer says that totals are shown, but no Total row is in the file"
    )
