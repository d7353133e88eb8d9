"""CDC WONDER exports without footer: what is known without it, and what must be proved.

The footer says of which database and edition the figures are, when they were asked for, what they
were restricted to and how many births a rate is for. Without it a download that was cut off looks
like a whole one. Such a copy is read only for a dataset that a person names.
"""

from __future__ import annotations

from itertools import product

import pandas as pd

from assets.archive.dataset import ParsedExtract
from assets.archive.errors import ExtractError
from assets.producers.nchs.cells import RATE, WORDS
from assets.producers.nchs.problem_rows import beside
from assets.producers.nchs.wonder.grammar import AGAIN, FOOTER, REMOVED, Export
from assets.producers.nchs.wonder.layout import Layout
from assets.producers.nchs.wonder.query import grouped_by
from assets.producers.nchs.wonder.totals import QUOTIENTS

_MULTIPLIERS: tuple[int, ...] = tuple(10**power for power in range(1, 9))


def is_footerless(parsed: ParsedExtract) -> bool:
    """Return whether an export was read without its footer."""
    return parsed.metadata.get(FOOTER) == REMOVED


def refuse_open_end(text: str, export: Export, file: str) -> None:
    """Raise if the last line may have been cut inside its last figure."""
    last = export.rows[-1] if export.rows else export.header
    if text.endswith("\n") or last.cells[-1] in WORDS:
        return
    raise ExtractError(
        "WONDER-FOOTER",
        f"no footer, and a last line that ends with {last.cells[-1][-20:]!r} and no line end",
        "a footer from the line '---' on, or at least a finished last line",
        f"The download may have been cut inside that figure. {AGAIN}",
        file,
        row=last.line,
    )


def rates_per_of(
    frame: pd.DataFrame, layout: Layout, decimals: dict[str, int], file: str
) -> int | None:
    """Return the multiplier of the printed rates, from the counts beside them.

    Args:
        frame: Staging rows of the export.
        layout: Its columns.
        decimals: Decimals printed by header.
        file: File name, for errors.

    Raises:
        ExtractError: Rates are printed, and the counts do not tell what they are per.
    """
    printed = [m.header for m in layout.measures if m.cell_kind == RATE and m.header in decimals]
    if not printed:
        return None
    headers = set(frame["source_column"].unique())
    possible = set(_MULTIPLIERS)
    for rate, numerator, denominators in QUOTIENTS:
        denominator = next((name for name in denominators if name in headers), None)
        if rate not in printed or denominator is None:
            continue
        is_rate = (frame["source_column"] == rate) & frame["value"].notna()
        quotient = beside(frame, is_rate, numerator) / beside(frame, is_rate, denominator)
        allowed = 0.5 * 10.0 ** -decimals[rate] + 1e-9
        known = quotient.notna()
        possible = {
            per
            for per in possible
            if ((frame["value"][is_rate] - quotient * per).abs()[known] <= allowed).all()
        }
    if len(possible) == 1:
        return possible.pop()
    raise ExtractError(
        "WONDER-FOOTER",
        f"rates under {printed[0]!r} and no footer that says what they are per",
        "rates that are the quotient of the counts in their rows, for one power of ten",
        AGAIN,
        file,
        column=printed[0],
    )


def not_shown_to_be_whole(parsed: ParsedExtract) -> pd.DataFrame:
    """Return a finding if completeness cannot be proven without the footer.

    A grand Total row does, which is checked against the rows above it, and a grid of two or more
    groupings in which every combination has a row. Causes of death print groups beside their
    members, and which counties are identified changes: neither makes a grid.
    """
    frame = parsed.frame
    if not is_footerless(parsed) or frame.empty:
        return frame.iloc[:0]
    grouped = grouped_by(parsed)
    if "cause" in grouped:
        problem = "grouped by cause of death"
    elif (frame["row_type"] == "total").any():
        return frame.iloc[:0]
    elif "county" in grouped or len(grouped) < 2:
        problem = f"grouped by {' and '.join(grouped)} without a Total row"
    else:
        absent = _combinations_without_row(frame, [f"{name}_code" for name in grouped])
        if not absent:
            return frame.iloc[:0]
        problem = f"no row for {' '.join(absent[0])} and {len(absent) - 1} other combinations"
    return frame.iloc[-1:].assign(problem=problem)


def _combinations_without_row(frame: pd.DataFrame, codes: list[str]) -> list[tuple[str, ...]]:
    data = frame[frame["row_type"] == "data"]
    found = set(zip(*(data[code] for code in codes), strict=True))
    possible = product(*(sorted(data[code].unique()) for code in codes))
    return [combination for combination in possible if combination not in found]


def unknown_query(parsed: ParsedExtract) -> pd.DataFrame:
    """Return a finding if the restrictions of the query are unknown."""
    if not is_footerless(parsed):
        return parsed.frame.iloc[:0]
    return parsed.frame.iloc[:1].assign(problem="the footer was removed")
