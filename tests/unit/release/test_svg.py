"""Charts are well-formed and put the figures where they belong."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from assets.release.documents.svg import Bar, Line, bar_chart, line_chart

_SVG = "{http://www.w3.org/2000/svg}"


def parsed(text: str) -> ElementTree.Element:
    found = re.search(r"<svg.*</svg>", text, re.DOTALL)
    assert found
    return ElementTree.fromstring(found.group())  # noqa: S314


def heights(chart: ElementTree.Element) -> list[float]:
    return [float(c.attrib["cy"]) for c in chart.iter(f"{_SVG}circle")]


def test_a_line_is_drawn_from_zero_and_in_proportion() -> None:
    chart = parsed(line_chart("t", [Line("US", [(2000, 0.0), (2001, 2.0), (2002, 8.0)])], "u"))
    zero, low, high = heights(chart)
    assert (zero - low) / (zero - high) == pytest.approx(0.25, abs=0.01)


def test_a_gap_in_the_years_breaks_the_line() -> None:
    line = Line("US", [(2000, 5.0), (2001, 5.0), (2003, 5.0), (2004, 5.0)])
    assert len(list(parsed(line_chart("t", [line], "u")).iter(f"{_SVG}polyline"))) == 2


def test_names_are_escaped() -> None:
    text = line_chart("a < b", [Line("R & D <x>", [(2000, 1.0)])], "u")
    parsed(text)
    assert "R &amp; D &lt;x&gt;" in text
    assert "<x>" not in text


def test_bars_are_in_proportion_and_carry_limits() -> None:
    chart = parsed(bar_chart("t", [Bar("a", 2.0, 1.0, 3.0), Bar("b", 8.0)], "u"))
    short, long = (float(r.attrib["width"]) for r in chart.iter(f"{_SVG}rect"))
    assert short / long == pytest.approx(0.25, abs=0.01)
    assert len([x for x in chart.iter(f"{_SVG}line") if x.get("class") == "limits"]) == 1


def test_nothing_to_draw_says_so() -> None:
    assert line_chart("Series", [Line("US", [])], "u") == "<p>Series: no figures.</p>"
    assert bar_chart("Ranks", [], "u") == "<p>Ranks: no figures.</p>"
