"""Arithmetic inside a CDC WONDER export: Total rows and printed rates."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from assets.archive.dataset import ParsedExtract
from assets.archive.rules.building_blocks import joined
from assets.producers.nchs.problem_rows import beside
from assets.producers.nchs.staging_frame import staging_frame
from assets.producers.nchs.tables import NCHS_WONDER
from assets.producers.nchs.wonder.footer import split_list
from assets.producers.nchs.wonder.layout import LINKED
from assets.producers.nchs.wonder.query import grouped_by
from assets.producers.nchs.wonder.strata import overlap
from assets.producers.nchs.wonder.vocabulary import OTHER, dimensions_of

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
    for measure in _additive(parsed, grouped):
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


def _additive(parsed: ParsedExtract, grouped: tuple[str, ...]) -> tuple[str, ...]:
    if "cause" in grouped:
        return ()  # lists of causes print groups beside their members
    headers = split_list(str(parsed.frame["grouped_by"].iloc[0]))
    others = [h for h, n in zip(headers, dimensions_of(headers), strict=True) if n == OTHER]
    if len(others) > 1 or any(overlap(h, _database(parsed)) for h in others):
        return ()
    counts = ("Deaths", "Fetal Deaths")
    return counts if _DENOMINATOR_REPEATED_BY & set(grouped) else (*counts, "Births")


def _database(parsed: ParsedExtract) -> str:
    return str(parsed.frame["database_label"].iloc[0])


def _compare(
    parsed: ParsedExtract, grouped: tuple[str, ...], measure: str
) -> Iterator[pd.DataFrame]:
    """Yield the Total cells of a measure that the rows below them exclude.

    From the finest rows up, every printed Total must lie between the least and the most that its
    rows allow; above it, the printed Total stands for its rows. A withheld cell widens these
    bounds by what it may hide and leaves every other comparison as sharp as it was.
    """
    frame = parsed.frame
    codes = [f"{name}_code" for name in grouped]
    cells = frame.loc[frame["source_column"] == measure, ["row_type", "value", "raw_text", *codes]]
    is_total = cells["row_type"].isin(["subtotal", "total"]) & cells["value"].notna()
    if not is_total.any():
        return
    printed = {
        labels: (value, index)
        for labels, value, index in zip(
            _labelled(cells[is_total], codes),
            cells["value"][is_total],
            cells.index[is_total],
            strict=True,
        )
    }
    weighted = measure == "Deaths" and parsed.metadata.get("Database Kind") == LINKED
    tolerance = _WEIGHTED_ROUNDING if weighted else 0
    bounds = _row_bounds(cells[cells["row_type"] == "data"], codes, measure, parsed.metadata)
    # A Total may stand on hidden rows alone, of which the file shows none, and a group of which
    # every row is hidden has no Total of its own.
    hidden = _has_hidden(measure, parsed.metadata)
    absent = (0.0, float("inf"), 0.0) if hidden else (np.nan,) * 3
    for depth in range(len(codes) - 1, -1, -1):
        bounds = _above(bounds, depth)
        if hidden:
            bounds = {labels: (b[0], float("inf"), b[2]) for labels, b in bounds.items()}
        wrong, problems = [], []
        for labels, (value, index) in printed.items():
            if _depth(labels) != depth:
                continue
            least, most, shown = bounds.get(labels[:depth], absent)
            if not least - tolerance <= value <= most + tolerance:
                wrong.append(index)
                problems.append(_told(least, most, shown))
            bounds[labels[:depth]] = (value, value, value)
        if wrong:
            yield frame.loc[wrong].assign(problem=problems)


_Bounds = dict[tuple[object, ...], tuple[float, float, float]]
"""Least and most that rows may sum up to, and the sum of what they show, by their codes."""


def _row_bounds(
    data: pd.DataFrame, codes: list[str], measure: str, metadata: dict[str, str]
) -> _Bounds:
    """Return the bounds of every data row: a number is its own, a withheld count is up to 9.

    Withheld deaths are at least one. Withheld births and fetal deaths may be none: the notes of
    Fetal Deaths say "0-9 sub-national events", and births by race of counties in Natality 2016-2019
    expanded have Totals with which five withheld groups have one birth between them.
    """
    # Beside suppressed deaths the births of the row are withheld too, however many they are.
    births_of_linked = measure == "Births" and metadata.get("Database Kind") == LINKED
    most_withheld = float("inf") if births_of_linked else _LARGEST_SUPPRESSED
    least_withheld = 1.0 if measure == "Deaths" else 0.0
    bounds: _Bounds = {}
    for labels, value, text in zip(
        _labelled(data, codes), data["value"], data["raw_text"], strict=True
    ):
        if pd.notna(value):
            least, most, shown = float(value), float(value), float(value)
        elif text == "Suppressed":
            least, most, shown = least_withheld, most_withheld, 0.0
        else:  # deaths are always counted; a denominator may not exist
            least, most, shown = 0.0, float("inf") if measure != "Deaths" else 0.0, 0.0
        before = bounds.get(labels, (0.0, 0.0, 0.0))
        bounds[labels] = (before[0] + least, before[1] + most, before[2] + shown)
    return bounds


def _has_hidden(measure: str, metadata: dict[str, str]) -> bool:
    """Return whether Totals count rows that the file does not show, by the producer's message."""
    message = metadata.get("Messages", "")
    if "suppressed" in message and "hidden" in message:
        return True
    return measure == "Births" and "zero" in message and "included in the totals" in message


def _above(bounds: _Bounds, depth: int) -> _Bounds:
    """Return the bounds of the sums over the last of the codes."""
    sums: _Bounds = {} if depth or bounds else {(): (0.0, 0.0, 0.0)}
    for labels, found in bounds.items():
        before = sums.get(labels[:depth], (0.0, 0.0, 0.0))
        sums[labels[:depth]] = (
            before[0] + found[0],
            before[1] + found[1],
            before[2] + found[2],
        )
    return sums


def _told(least: float, most: float, shown: float) -> str:
    if least == most or np.isnan(least):
        return f"the sum of its rows is {shown:.0f}"
    upper = "any number" if np.isinf(most) else f"{most:.0f}"
    return f"the sum of its rows is {shown:.0f}, with what is withheld from {least:.0f} to {upper}"


def _labelled(cells: pd.DataFrame, codes: Sequence[str]) -> list[tuple[object, ...]]:
    """Return the codes of every row; what a row lacks is no text."""
    columns = [cells[code].to_numpy(dtype=object) for code in codes]
    return list(zip(*columns, strict=True)) if columns else [()] * len(cells)


def _depth(labels: tuple[object, ...]) -> int | None:
    """Return how many leading labels a Total row has; ``None`` where one stands behind a gap."""
    filled = [isinstance(label, str) for label in labels]
    return sum(filled) if filled == sorted(filled, reverse=True) else None


def _absent_total(parsed: ParsedExtract) -> pd.DataFrame:
    none = staging_frame(NCHS_WONDER, [])
    shown = parsed.metadata.get("Show Totals") == "True"
    unavailable = "Totals are not available" in parsed.metadata.get("Messages", "")
    if not shown or unavailable or (parsed.frame["row_type"] == "total").any():
        return none
    return staging_frame(NCHS_WONDER, [{"row_type": "total"}]).assign(
        problem="the footer says that totals are shown, but no Total row is in the file"
    )
