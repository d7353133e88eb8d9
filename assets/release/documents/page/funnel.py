"""A funnel: rates against births, with the limits within which chance alone would leave them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from assets.release.documents.page.drawing import INK, PAPER, SOFT, Data, Row, svg_of

if TYPE_CHECKING:
    import altair as alt

_AXIS, _LINES = 46, 60
_LETTER, _HIGH = 6.3, 14
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Point:
    """One area of the funnel.

    Attributes:
        label: Name, or empty where it is not labelled.
        births: Its births.
        rate: Its rate.
        colour: Its colour.
        hollow: The figure stands on few events.
    """

    label: str
    births: float
    rate: float
    colour: str
    hollow: bool


def control_limits(expected: Floats, alpha: float) -> tuple[Floats, Floats]:
    """Return the counts at which exact Poisson limits just meet an expected count.

    The exact tail is inverted by bisection, so that a count above the upper line is one whose own
    exact limits lie above what is expected.

    Args:
        expected: Expected counts.
        alpha: Both tails together: 0.05 for 95 %, 0.002 for 99.8 %.

    Returns:
        Lower and upper counts; the lower is 0 where no count is too low.
    """
    from scipy.special import gammainc

    low, high = np.full_like(expected, 1e-9), 4 * expected + 40
    upper = _crossing(lambda a: gammainc(a, expected) - alpha / 2, low, high)
    lower = _crossing(lambda a: gammainc(a, expected) - (1 - alpha / 2), low, high) - 1
    return np.maximum(lower, 0.0), upper


def _crossing(falling: object, low: Floats, high: Floats) -> Floats:
    """Return where a falling function of arrays is zero."""
    below, above = low.copy(), high.copy()
    for _ in range(60):
        middle = (below + above) / 2
        positive = falling(middle) > 0  # type: ignore[operator]
        below, above = np.where(positive, middle, below), np.where(positive, above, middle)
    return (below + above) / 2


def funnel(
    points: Sequence[Point], average: float, per: float, unit: str, width: int, height: int
) -> str:
    """Return the chart as SVG.

    Args:
        points: Areas.
        average: Rate that all are compared with.
        per: Births that rates refer to.
        unit: Unit of the rates.
        width: Width of the whole picture.
        height: Height of the plot.
    """
    return svg_of(lambda data: _chart(data, points, average, per, unit, width - _AXIS, height))


def _chart(
    data: Data,
    points: Sequence[Point],
    average: float,
    per: float,
    unit: str,
    width: int,
    height: int,
) -> alt.LayerChart | alt.FacetChart:
    import altair as alt

    most = max(p.births for p in points) * 1.05
    top = max(p.rate for p in points) * 1.08 or 1.0
    births = np.linspace(np.sqrt(most / 400), np.sqrt(most), _LINES) ** 2
    rows: list[Row] = []
    for alpha, dash in ((0.05, "95 %"), (0.002, "99.8 %")):
        for side, counts in enumerate(control_limits(births * average / per, alpha)):
            rows += [
                {"x": float(b), "y": float(min(c * per / b, top)), "k": f"{dash}/{side}", "w": dash}
                for b, c in zip(births, counts, strict=True)
                if c * per / b <= top
            ]
    x = alt.X(
        "x:Q",
        scale=alt.Scale(type="sqrt", domain=[0, most], nice=False),
        axis=alt.Axis(
            title="live births", grid=False, format=",d", values=_round_births(most, width)
        ),
    )
    y = alt.Y(
        "y:Q",
        scale=alt.Scale(domain=[0, top], nice=False),
        axis=alt.Axis(title=None, domain=False, ticks=False, tickCount=5),
    )
    lines = alt.Chart(data(rows))
    dots: list[Row] = [
        {"x": p.births, "y": p.rate, "c": p.colour, "f": PAPER if p.hollow else p.colour}
        for p in points
    ]
    middle: list[Row] = [{"x": 0, "x2": most, "y": average}]
    parts = [
        lines.transform_filter("datum.w == '95 %'").mark_line(color=SOFT, strokeDash=[4, 3],
            strokeWidth=1).encode(x=x, y=y, detail=alt.Detail("k:N")),
        lines.transform_filter("datum.w != '95 %'").mark_line(color=SOFT, strokeWidth=1).encode(
            x=x, y=y, detail=alt.Detail("k:N")),
        alt.Chart(data(middle)).mark_rule(color=INK).encode(x=x, x2=alt.X2("x2:Q"), y=y),
        alt.Chart(data(dots)).mark_point(filled=True, size=26, strokeWidth=1.3, opacity=0.9)
        .encode(x=x, y=y, fill=alt.Fill("f:N", scale=None, legend=None),
                stroke=alt.Stroke("c:N", scale=None, legend=None)),
    ]  # fmt: skip
    if named := _placed(points, most, top, width, height):
        base = alt.Chart(data(named))
        for align in ("left", "right"):
            parts.append(
                base.transform_filter(f"datum.align == '{align}'")
                .mark_text(align=align, baseline="middle", dx=7 if align == "left" else -7,
                           fontWeight="bold")
                .encode(x=x, y=y, text=alt.Text("t:N"),
                        color=alt.Color("c:N", scale=None, legend=None))
            )  # fmt: skip
    return alt.layer(
        *parts,
        width=width,
        height=height,
        title=alt.TitleParams(
            unit, anchor="start", fontSize=12, fontWeight="normal", color=SOFT, offset=8
        ),
    )


def _round_births(most: float, width: int) -> list[int]:
    ticks = [100, 500, 1000, 2000, 4000, 8000, 16000, 32000, 64000]
    kept = [t for t in ticks if t <= most] or [int(most)]
    return kept[-(3 if width < 400 else 6) :]


def _placed(points: Sequence[Point], most: float, top: float, width: int, height: int) -> list[Row]:
    """Return a place for every label that finds one where none lies on another or on its dot."""
    taken: list[tuple[float, float, float, float]] = []
    found: list[Row] = []
    for point in points:
        if not point.label:
            continue
        across = width * float(np.sqrt(point.births / most))
        down = height * (1 - point.rate / top)
        wide = min(len(point.label) * _LETTER, 150) + 7
        for align, left in (("left", across), ("right", across - wide)):
            box = (left, down - _HIGH / 2, left + wide, down + _HIGH / 2)
            inside = box[0] > 0 and box[2] < width + 6
            if inside and not any(_overlap(box, other) for other in taken):
                taken.append(box)
                found.append(
                    {"x": point.births, "y": point.rate, "t": point.label, "c": point.colour,
                     "align": align}
                )  # fmt: skip
                break
    return found


def _overlap(
    one: tuple[float, float, float, float], other: tuple[float, float, float, float]
) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
