"""A chart of rates through time: intervals, direct labels, gaps left open, targets, breaks."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

from assets.release.documents.page.drawing import (
    INK,
    NARROW,
    PAPER,
    SOFT,
    Data,
    Row,
    apart,
    runs,
    svg_of,
)

if TYPE_CHECKING:
    import altair as alt

_LINE_HEIGHT, _GAP = 14, 5
_AXIS, _LABELS = 44, 108


@dataclass(frozen=True)
class Line:
    """One series.

    Attributes:
        label: Written beside its last point, lines apart by line ends; empty for none.
        colour: Its colour.
        points: ``x``, ``y``, and limits ``lo`` and ``hi`` or ``None``, in order.
        hollow: Points are drawn hollow, for a series that stands in for another.
        faint: It is drawn faintly.
        step: Distance of two points that belong together; 0 joins none.
    """

    label: str
    colour: str
    points: Sequence[Row]
    hollow: bool = False
    faint: bool = False
    step: int = 1


@dataclass(frozen=True)
class Level:
    """A level to compare with, between two places: a target, or the sign of a break.

    Attributes:
        label: Written at it.
        value: Its height.
        first: Where it begins.
        last: Where it ends.
    """

    label: str
    value: float
    first: float
    last: float


@dataclass(frozen=True)
class Axes:
    """Axes of a chart.

    Attributes:
        title: Unit of the vertical axis.
        width: Width of the whole picture in pixels.
        height: Height of the plot in pixels.
        ticks: Places with a label on the horizontal axis, and the labels; ``None`` for years.
        lowest: Where the vertical axis begins.
    """

    title: str
    width: int = NARROW
    height: int = 240
    ticks: Sequence[tuple[int, str]] | None = None
    lowest: float = 0.0


def through_time(
    lines: Sequence[Line],
    axes: Axes,
    levels: Sequence[Level] = (),
    breaks: Sequence[float] = (),
) -> str:
    """Return the chart as SVG.

    Args:
        lines: Series; those without points are left out.
        axes: Axes.
        levels: Levels to compare with.
        breaks: Places at which the meaning of figures changes.
    """
    drawn = [line for line in lines if line.points]
    return svg_of(lambda data: _chart(data, drawn, axes, levels, breaks))


def _chart(
    data: Data,
    lines: Sequence[Line],
    axes: Axes,
    levels: Sequence[Level],
    breaks: Sequence[float],
) -> alt.LayerChart | alt.FacetChart:
    import altair as alt

    xs = [float(str(p["x"])) for line in lines for p in line.points]
    tops = [float(str(p.get("hi") or p["y"])) for line in lines for p in line.points]
    high = max([*tops, *(level.value for level in levels)]) * 1.04 or 1.0
    first, last = min(xs), max(xs)
    texts = [*_named(lines), *((level.label, level.value, INK) for level in levels)]
    width = axes.width - _AXIS - (_LABELS if texts else 10)
    every = _every(axes.ticks, first, last, width)
    x = alt.X(
        "x:Q",
        scale=alt.Scale(domain=[first, last if last > first else first + 1], nice=False),
        axis=alt.Axis(title=None, grid=False, values=[t for t, _ in every], labelExpr=_said(every)),
    )
    y = alt.Y(
        "y:Q",
        scale=alt.Scale(domain=[axes.lowest, high], nice=True, zero=False),
        axis=alt.Axis(title=None, tickCount=5, domain=False, ticks=False),
    )
    rules = [
        *({"x": b, "y": axes.lowest, "x2": b, "y2": high, "c": SOFT} for b in breaks),
        *({"x": v.first, "y": v.value, "x2": v.last, "y2": v.value, "c": INK} for v in levels),
    ]
    parts: list[alt.Chart] = []
    if rules:
        parts.append(
            alt.Chart(data(rules))
            .mark_rule(strokeDash=[5, 3], strokeWidth=1.2)
            .encode(x=x, x2=alt.X2("x2:Q"), y=y, y2=alt.Y2("y2:Q"), color=_as_it_is("c"))
        )
    parts += _drawn(data, [row for line in lines for row in _rows(line)], x, y)
    if texts:
        parts.append(_labels(data, texts, x, y, axes, last, high))
    return alt.layer(
        *parts,
        width=width,
        height=axes.height,
        title=alt.TitleParams(
            axes.title, anchor="start", fontSize=12, fontWeight="normal", color=SOFT, offset=8
        ),
    )


def _as_it_is(column: str) -> alt.Color:
    """Return a colour that stands in a column of the data."""
    import altair as alt

    return alt.Color(f"{column}:N", scale=None, legend=None)


def _every(
    ticks: Sequence[tuple[int, str]] | None, first: float, last: float, width: int
) -> list[tuple[int, str]]:
    """Return as many ticks as there is room for."""
    offered = list(ticks or [(year, str(year)) for year in range(int(first), int(last) + 1)])
    longest = max(len(label) for _, label in offered)
    step = max(1, ceil(len(offered) / max(2, width // (longest * 7 + 14))))
    if ticks is None:
        step = next((nice for nice in (1, 2, 5, 10, 20, 50) if nice >= step), step)
        return [t for t in offered if t[0] % step == 0] or offered[:1]
    return offered[::-step][::-1]


def _said(ticks: Sequence[tuple[int, str]]) -> str:
    """Return an expression of Vega that gives each tick its label."""
    pairs = ", ".join(f"'{place}': '{label}'" for place, label in ticks)
    return f"({{{pairs}}})[datum.value]"


def _rows(line: Line) -> list[Row]:
    """Return the points of a line, each with its run, colours and size."""
    open_point = line.hollow or line.faint
    look = {
        "c": line.colour,
        "f": PAPER if open_point else line.colour,
        "o": 0.45 if line.faint else 1.0,
        "s": 30 if open_point or len(line.points) < 12 else 10,
    }
    rows: list[Row] = []
    for number, run in enumerate(runs(line.points, step=line.step)):
        key = f"{id(line)}/{number}"
        rows += [{**look, **point, "run": key, "alone": len(run) == 1} for point in run]
    return rows


def _drawn(data: Data, rows: Sequence[Row], x: alt.X, y: alt.Y) -> list[alt.Chart]:
    """Return the layers of all lines: intervals, lines, points."""
    import altair as alt

    numbered = {key: str(n) for n, key in enumerate(dict.fromkeys(row["run"] for row in rows))}
    rows = [{**row, "run": numbered[row["run"]]} for row in rows]
    limited = [row for row in rows if row.get("lo") is not None]
    parts: list[alt.Chart] = []
    if ribbon := [row for row in limited if not row["alone"]]:
        parts.append(
            alt.Chart(data(ribbon))
            .mark_area(opacity=0.16)
            .encode(
                x=x,
                y=alt.Y("lo:Q"),
                y2=alt.Y2("hi:Q"),
                detail=alt.Detail("run:N"),
                fill=_as_it_is("c"),
            )
        )
    if bars := [row for row in limited if row["alone"]]:
        parts.append(
            alt.Chart(data(bars))
            .mark_rule(strokeWidth=1.5)
            .encode(x=x, y=alt.Y("lo:Q"), y2=alt.Y2("hi:Q"), color=_as_it_is("c"))
        )
    if joined := [row for row in rows if not row["alone"]]:
        parts.append(
            alt.Chart(data(joined))
            .mark_line(strokeWidth=2)
            .encode(
                x=x,
                y=y,
                detail=alt.Detail("run:N"),
                color=_as_it_is("c"),
                opacity=alt.Opacity("o:Q", scale=None),
            )
        )
    parts.append(
        alt.Chart(data(rows))
        .mark_point(filled=True, strokeWidth=1.5, opacity=1)
        .encode(
            x=x,
            y=y,
            fill=_as_it_is("f"),
            stroke=_as_it_is("c"),
            size=alt.Size("s:Q", scale=None),
            opacity=alt.Opacity("o:Q", scale=None),
        )
    )
    return parts


def _named(lines: Sequence[Line]) -> list[tuple[str, float, str]]:
    """Return label, height and colour of the lines that have a label."""
    return [
        (line.label, float(str(line.points[-1]["y"])), line.colour) for line in lines if line.label
    ]


def _labels(
    data: Data,
    texts: Sequence[tuple[str, float, str]],
    x: alt.X,
    y: alt.Y,
    axes: Axes,
    last: float,
    high: float,
) -> alt.Chart:
    """Return the labels at the right end, none on another; a label is lines of text."""
    import altair as alt

    wrapped = [
        [piece for part in text.split("\n") for piece in textwrap.wrap(part, 16)[:2]]
        for text, _, _ in texts
    ]
    pixel = (high - axes.lowest) / axes.height
    sizes = [(len(pieces) * _LINE_HEIGHT + _GAP) * pixel for pieces in wrapped]
    places = apart([height for _, height, _ in texts], sizes, axes.lowest, high)
    rows = [
        {"x": last, "y": place + (len(pieces) - 1 - 2 * i) * _LINE_HEIGHT * pixel / 2,
         "t": piece, "c": colour}
        for place, pieces, (_, _, colour) in zip(places, wrapped, texts, strict=True)
        for i, piece in enumerate(pieces)
    ]  # fmt: skip
    chart: alt.Chart = (
        alt.Chart(data(rows))
        .mark_text(align="left", baseline="middle", dx=8, fontWeight="bold")
        .encode(x=x, y=y, text=alt.Text("t:N"), color=_as_it_is("c"))
    )
    return chart
