"""Arithmetic inside a CDC WONDER export: Total rows and printed rates."""

from __future__ import annotations

import pandas as pd

from assets.archive.dataset import ParsedExtract
from assets.nchs.frames import staging_frame
from assets.nchs.wonder_layout import LINKED
from assets.nchs.wonder_query import grouped_by
from assets.schema.tables.staging import NCHS_WONDER

_WEIGHTED_ROUNDING = 10
"""Linked deaths are weighted, so sums of rounded cells drift from the rounded total."""
_LARGEST_SUPPRESSED = 9

_QUOTIENTS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("Death Rate", "Deaths", ("Births",)),
    ("Crude Rate", "Deaths", ("Population",)),
    ("Birth Rate", "Births", ("Total Population", "Population")),
    ("Fertility Rate", "Births", ("Female Population",)),
)
_DENOMINATOR_REPEATED_BY = {"age_of_infant", "cause"}
"""Groupings of deaths only: every row prints the births of all."""


def wrong_totals(parsed: ParsedExtract) -> pd.DataFrame:
    """Return cells of Total rows that do not agree with the rows that they sum up."""
    frame = parsed.frame
    grouped = grouped_by(parsed)
    found = [_absent_total(parsed)]
    for measure in _additive(grouped):
        cells = frame[frame["source_column"] == measure]
        totals = cells[cells["row_type"].isin(["subtotal", "total"]) & cells["value"].notna()]
        data = cells[cells["row_type"] == "data"]
        found.extend(_compare(totals, data, grouped, measure, parsed.metadata))
    return pd.concat(found)


def wrong_rates(parsed: ParsedExtract) -> pd.DataFrame:
    """Return printed rates that are not the quotient of the counts in their row."""
    frame = parsed.frame
    headers = set(frame["source_column"])
    found = [frame.iloc[0:0].assign(problem="")]
    for rate, numerator, denominators in _QUOTIENTS:
        denominator = next((name for name in denominators if name in headers), None)
        decimals = parsed.metadata.get(f"Decimals: {rate}")
        if rate not in headers or denominator is None or decimals is None:
            continue
        counts = {
            name: frame[frame["source_column"] == name].set_index("source_row")["value"]
            for name in (numerator, denominator)
        }
        rates = frame[(frame["source_column"] == rate) & frame["value"].notna()]
        expected = (
            rates["source_row"].map(counts[numerator])
            / rates["source_row"].map(counts[denominator])
            * rates["rates_per"].astype("float64")
        )
        allowed = 0.5 * 10.0 ** -int(decimals) + 1e-9
        wrong = rates[(rates["value"] - expected).abs() > allowed]
        found.append(wrong.assign(problem=[f"recomputed: {e:.6g}" for e in expected[wrong.index]]))
    return pd.concat(found)


def _additive(grouped: tuple[str, ...]) -> tuple[str, ...]:
    if "cause" in grouped:
        return ()  # cause lists print groups and their members side by side
    return ("Deaths",) if _DENOMINATOR_REPEATED_BY & set(grouped) else ("Deaths", "Births")


def _compare(
    totals: pd.DataFrame,
    data: pd.DataFrame,
    grouped: tuple[str, ...],
    measure: str,
    metadata: dict[str, str],
) -> list[pd.DataFrame]:
    weighted = measure == "Deaths" and metadata.get("Database Kind") == LINKED
    tolerance = _WEIGHTED_ROUNDING if weighted else 0
    codes = [f"{name}_code" for name in grouped]
    found = []
    for depth in range(len(codes)):
        kept = codes[:depth]
        here = totals[totals[kept].notna().all(axis=1) & totals[codes[depth:]].isna().all(axis=1)]
        if here.empty:
            continue
        bounds = _bounds(data, kept, measure, metadata)
        beside = (
            here[kept].merge(bounds, on=kept, how="left") if kept else bounds.iloc[[0] * len(here)]
        )
        beside = beside.set_axis(here.index)
        too_small = here["value"] < beside["least"] - tolerance
        too_large = here["value"] > beside["most"] + tolerance
        wrong = too_small | too_large | beside["shown"].isna()
        sums = beside["shown"][wrong]
        found.append(here[wrong].assign(problem=[f"the sum of its rows is {s:.0f}" for s in sums]))
    return found


def _bounds(
    data: pd.DataFrame, kept: list[str], measure: str, metadata: dict[str, str]
) -> pd.DataFrame:
    """Return the sum of the rows and the smallest and largest total that they allow."""
    suppressed = data["raw_text"].eq("Suppressed")
    other = data["value"].isna() & ~suppressed
    marked = data[kept].assign(shown=data["value"], suppressed=suppressed, other=other)
    measured = ["shown", "suppressed", "other"]
    if kept:
        sums = marked.groupby(kept, as_index=False)[measured].sum()
    else:
        sums = marked[measured].sum().to_frame().T.astype("float64")
    message = metadata.get("Messages", "")
    rows_are_hidden = "suppressed" in message and "hidden" in message
    unbounded = pd.Series(rows_are_hidden, index=sums.index)
    if measure != "Deaths":  # deaths are always counted; a denominator may not exist
        unbounded |= (sums["suppressed"] > 0) | (sums["other"] > 0)
    largest = (sums["shown"] + sums["suppressed"] * _LARGEST_SUPPRESSED).mask(
        unbounded, float("inf")
    )
    return sums.assign(least=sums["shown"] + sums["suppressed"], most=largest)


def _absent_total(parsed: ParsedExtract) -> pd.DataFrame:
    none = staging_frame(NCHS_WONDER, []).assign(problem="")
    shown = parsed.metadata.get("Show Totals") == "True"
    unavailable = "Totals are not available" in parsed.metadata.get("Messages", "")
    if not shown or unavailable or (parsed.frame["row_type"] == "total").any():
        return none
    return staging_frame(NCHS_WONDER, [{"row_type": "total"}]).assign(
        problem="the footer says that totals are shown, but no Total row is in the file"
    )
