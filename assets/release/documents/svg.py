"""Small charts as inline SVG, lines over years and horizontal bars: no scripts, no network."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from itertools import cycle
from math import ceil, floor, log10

_COLOURS = ("#1b5e8c", "#b3541e", "#3d7a3d", "#7a3d74", "#6b6b00")
_WIDTH, _HEIGHT = 760, 320
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 16, 14, 34
_BAR = 17
_NAME_WIDTH = 150


@dataclass(frozen=True)
class Line:
    """One series of a line chart.

    Attributes:
        name: Name for the legend.
        points: (year, value) in order; a gap in the years breaks the line.
    """

    name: str
    points: Sequence[tuple[int, float]]


@dataclass(frozen=True)
class Bar:
    """One bar: its label, value and limits.

    Attributes:
        name: Label.
        value: Length.
        lower: Lower limit, if there is one.
        upper: Upper limit, if there is one.
    """

    name: str
    value: float
    lower: float | None = None
    upper: float | None = None


def line_chart(title: str, lines: Sequence[Line], unit: str) -> str:
    """Return a chart of values over years, the value axis starting at zero."""
    drawn = [line for line in lines if line.points]
    if not drawn:
        return f"<p>{escape(title)}: no figures.</p>"
    years = [year for line in drawn for year, _ in line.points]
    first, last = min(years), max(years)
    step = _step(max(value for line in drawn for _, value in line.points) / 5)
    top = step * ceil(max(value for line in drawn for _, value in line.points) / step)
    wide, high = _WIDTH - _LEFT - _RIGHT, _HEIGHT - _TOP - _BOTTOM

    def x(year: int) -> float:
        return _LEFT + wide * ((year - first) / (last - first) if last > first else 0.5)

    def y(value: float) -> float:
        return _TOP + high * (1 - value / top)

    parts = [_opening(title, _WIDTH, _HEIGHT)]
    for i in range(round(top / step) + 1):
        value = i * step
        parts.append(
            f'<line x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y(value):.1f}" y2="{y(value):.1f}" '
            f'class="grid"/><text x="{_LEFT - 6}" y="{y(value) + 4:.1f}" '
            f'text-anchor="end">{value:g}</text>'
        )
    every = max(1, ceil((last - first) / 10))
    for year in range(first, last + 1, every):
        parts.append(
            f'<text x="{x(year):.1f}" y="{_HEIGHT - _BOTTOM + 18}" '
            f'text-anchor="middle">{year}</text>'
        )
    for line, colour in zip(drawn, cycle(_COLOURS), strict=False):
        parts.append(_polylines(line, colour, x, y))
    parts.append(f'<text x="{_LEFT}" y="{_HEIGHT - 2}" class="unit">{escape(unit)}</text></svg>')
    return "".join(parts) + _legend(drawn)


def bar_chart(title: str, bars: Sequence[Bar], unit: str) -> str:
    """Return horizontal bars with their limits as thin lines."""
    if not bars:
        return f"<p>{escape(title)}: no figures.</p>"
    top = max(max(b.value, b.upper or 0) for b in bars)
    step = _step(top / 5)
    top = step * ceil(top / step)
    high = _TOP + len(bars) * _BAR + _BOTTOM
    wide = _WIDTH - _NAME_WIDTH - 60

    def x(value: float) -> float:
        return _NAME_WIDTH + wide * value / top

    parts = [_opening(title, _WIDTH, high)]
    for i, bar in enumerate(bars):
        middle = _TOP + i * _BAR + _BAR / 2
        length = x(bar.value) - _NAME_WIDTH
        parts.append(
            f'<text x="{_NAME_WIDTH - 6}" y="{middle + 4:.1f}" text-anchor="end">'
            f"{escape(bar.name)}</text>"
            f'<rect x="{_NAME_WIDTH}" y="{middle - 6:.1f}" width="{length:.1f}" '
            f'height="12" fill="{_COLOURS[0]}" fill-opacity="0.75"/>'
        )
        if bar.lower is not None and bar.upper is not None:
            parts.append(
                f'<line x1="{x(bar.lower):.1f}" x2="{x(bar.upper):.1f}" y1="{middle:.1f}" '
                f'y2="{middle:.1f}" class="limits"/>'
            )
        end = max(bar.value, bar.upper or 0)
        parts.append(f'<text x="{x(end) + 5:.1f}" y="{middle + 4:.1f}">{bar.value:.2f}</text>')
    parts.append(f'<text x="{_NAME_WIDTH}" y="{high - 8}" class="unit">{escape(unit)}</text></svg>')
    return "".join(parts)


def _polylines(
    line: Line, colour: str, x: Callable[[int], float], y: Callable[[float], float]
) -> str:
    runs: list[list[tuple[int, float]]] = []
    for year, value in line.points:
        if runs and year == runs[-1][-1][0] + 1:
            runs[-1].append((year, value))
        else:
            runs.append([(year, value)])
    drawn = "".join(
        f'<polyline fill="none" stroke="{colour}" stroke-width="2" points="'
        + " ".join(f"{x(year):.1f},{y(value):.1f}" for year, value in run)
        + '"/>'
        for run in runs
        if len(run) > 1
    )
    marks = "".join(
        f'<circle cx="{x(year):.1f}" cy="{y(value):.1f}" r="2.4" fill="{colour}">'
        f"<title>{escape(line.name)}, {year}: {value:.2f}</title></circle>"
        for year, value in line.points
    )
    return drawn + marks


def _opening(title: str, width: float, height: float) -> str:
    return (
        f'<svg viewBox="0 0 {width:g} {height:g}" role="img" aria-label="{escape(title)}" '
        f'xmlns="http://www.w3.org/2000/svg"><title>{escape(title)}</title>'
    )


def _legend(lines: Sequence[Line]) -> str:
    entries = "".join(
        f'<li><span style="background:{colour}"></span>{escape(line.name)}</li>'
        for line, colour in zip(lines, cycle(_COLOURS), strict=False)
    )
    return f'<ul class="legend">{entries}</ul>'


def _step(rough: float) -> float:
    """Return 1, 2 or 5 times a power of ten, at least ``rough``."""
    if rough <= 0:
        return 1.0
    power: float = 10.0 ** floor(log10(rough))
    return next(m * power for m in (1, 2, 5, 10) if m * power >= rough * (1 - 1e-9))
