"""A chart of areas or groups in order: a dot with its interval each, and a line to compare with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assets.release.documents.page.drawing import (
    BLUE,
    INK,
    NARROW,
    ORANGE,
    PAPER,
    SOFT,
    Data,
    Row,
    svg_of,
)  # fmt: skip

if TYPE_CHECKING:
    import altair as alt

COMPARED = {
    "better_998": BLUE, "better_95": BLUE, "worse_95": ORANGE, "worse_998": ORANGE,
}  # fmt: skip
"""Colours by ``compared_with_nation``; all else is in the soft colour of text."""
_STEP, _NAMES, _VALUES = 17, 140, 36


@dataclass(frozen=True)
class Dot:
    """One row of the chart.

    Attributes:
        label: Name at its left.
        value: Place of the dot.
        low: Lower limit, or ``None``.
        high: Upper limit, or ``None``.
        text: The value at its right.
        colour: Its colour.
        hollow: The dot is hollow: the figure stands on few events.
    """

    label: str
    value: float
    low: float | None
    high: float | None
    text: str
    colour: str = SOFT
    hollow: bool = False


def dots(
    rows: Sequence[Dot], unit: str, line: tuple[str, float] | None = None, origin: float = 0.0
) -> str:
    """Return the chart as SVG.

    Args:
        rows: Rows from top to bottom.
        unit: Unit of the values.
        line: Name and place of a line to compare with.
        origin: Place that must be on the axis: 0 for rates, 1 for ratios.
    """
    return svg_of(lambda data: _chart(data, rows, unit, line, origin))


def _chart(
    data: Data, rows: Sequence[Dot], unit: str, line: tuple[str, float] | None, origin: float
) -> alt.LayerChart | alt.FacetChart:
    import altair as alt

    width, height = NARROW - _NAMES - _VALUES - 10, _STEP * len(rows)
    ends = [v for r in rows for v in (r.value, r.low, r.high) if v is not None]
    ends += [origin, *([line[1]] if line else [])]
    domain = [min(ends), max(ends) if max(ends) > min(ends) else min(ends) + 1]
    x = alt.X(
        "v:Q",
        scale=alt.Scale(domain=domain, nice=True, zero=False),
        axis=alt.Axis(title=unit, tickCount=4, domain=False, titlePadding=6),
    )
    y = alt.Y("i:Q", scale=alt.Scale(domain=[-0.5, len(rows) - 0.5], reverse=True), axis=None)
    rows_of: list[Row] = [
        {"i": i, "v": r.value, "lo": r.low, "hi": r.high, "name": r.label, "text": r.text,
         "c": r.colour, "f": PAPER if r.hollow else r.colour}
        for i, r in enumerate(rows)
    ]  # fmt: skip
    base = alt.Chart(data(rows_of))
    colour = alt.Color("c:N", scale=None, legend=None)
    parts: list[alt.Chart] = []
    if line:
        at: list[Row] = [{"v": line[1], "name": line[0], "i": -0.5, "end": len(rows) - 0.5}]
        parts.append(
            alt.Chart(data(at))
            .mark_rule(color=INK, strokeDash=[5, 3])
            .encode(x=x, y=y, y2=alt.Y2("end:Q"))
        )
        parts.append(
            alt.Chart(data(at))
            .mark_text(color=INK, dy=-8, baseline="bottom")
            .encode(x=x, y=y, text=alt.Text("name:N"))
        )
    if limited := [row for row in rows_of if row["lo"] is not None]:
        parts.append(
            alt.Chart(data(limited))
            .mark_rule(strokeWidth=1.6)
            .encode(x=alt.X("lo:Q"), x2=alt.X2("hi:Q"), y=y, color=colour)
        )
    parts += [
        base.mark_point(filled=True, size=46, strokeWidth=1.6, opacity=1).encode(
            x=x, y=y, fill=alt.Fill("f:N", scale=None, legend=None),
            stroke=alt.Stroke("c:N", scale=None, legend=None),
        ),
        base.mark_text(align="right", baseline="middle", color=INK, x=-8).encode(
            y=y, text=alt.Text("name:N")
        ),
        base.mark_text(align="left", baseline="middle", color=INK, x=width + 8).encode(
            y=y, text=alt.Text("text:N")
        ),
    ]  # fmt: skip
    return alt.layer(*parts, width=width, height=height)
