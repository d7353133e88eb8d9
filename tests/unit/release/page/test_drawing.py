"""Charts: nothing of the data becomes more than text, nothing lies on anything else."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import numpy as np
import pytest

from assets.release.documents.page.dots import Dot, dots
from assets.release.documents.page.drawing import BLUE, ORANGE, apart, cleaned, runs
from assets.release.documents.page.funnel import Point, control_limits, funnel
from assets.release.documents.page.page import TEMPLATES
from assets.release.documents.page.through_time import Axes, Level, Line, through_time

BAD = "<script>alert(1)</script>\"'&"


@pytest.fixture(scope="module")
def charts() -> list[str]:
    points = [{"x": 2000 + i, "y": 5.0 - i / 10, "lo": 4.0, "hi": 6.0} for i in (0, 1, 2, 5)]
    return [
        through_time(
            [Line(BAD, BLUE, points), Line("other", ORANGE, points[:1], hollow=True)],
            Axes("deaths"),
            [Level("target", 4.5, 2001, 2005)],
            [2003.0],
        ),
        dots([Dot(BAD, 3.0, 2.0, 4.0, "3.0", hollow=True)], "deaths", (BAD, 2.5)),
        funnel([Point(BAD, 1000, 9.0, BLUE, True)], 4.0, 1000, BAD, 330, 200),
    ]


def test_text_of_the_data_stays_text(charts: list[str]) -> None:
    for chart in charts:
        root = ElementTree.fromstring(chart)  # noqa: S314
        assert {e.tag for e in root.iter()} <= {"svg", "g", "path", "line", "text"}
        assert not [a for e in root.iter() for a in e.attrib if a.startswith("on")]
    root = ElementTree.fromstring(charts[1])  # noqa: S314
    assert BAD in [e.text for e in root.iter("text")]


def test_every_colour_has_one_for_the_dark(charts: list[str]) -> None:
    style = (TEMPLATES / "page.css").read_text(encoding="utf-8")
    known = set(re.findall(r'svg \[(?:fill|stroke)="(#[0-9a-f]{6})"\]', style))
    used = set(re.findall(r'(?:fill|stroke)="([^"]+)"', "".join(charts))) - {"none", "transparent"}
    assert used
    assert used <= known


def test_a_chart_is_the_same_each_time_and_has_no_ids(charts: list[str]) -> None:
    again = dots([Dot(BAD, 3.0, 2.0, 4.0, "3.0", hollow=True)], "deaths", (BAD, 2.5))
    assert again == charts[1]
    assert not any(re.search(r'\b(id|class|href|role|style)="', chart) for chart in charts)


def test_what_is_no_shape_is_left_out() -> None:
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="9" onload="x()">'
        '<script>x()</script><a href="javascript:x()"><text>in</text></a>'
        '<path d="M0,0h1" style="fill:url(http://x)" fill="url(#a)" stroke="#1a5a96"/>'
        "<text>a &lt; b</text></svg>"
    )
    assert cleaned(svg) == (
        '<svg width="9" aria-hidden="true" focusable="false">'
        '<path d="M0,0h1" stroke="#1a5a96"/><text>a &lt; b</text></svg>'
    )


def test_labels_keep_their_order_and_do_not_touch() -> None:
    placed = apart([5.5, 5.4, 3.9], [1.0, 1.0, 1.0], 0.0, 12.0)
    assert placed[2] < placed[1] < placed[0]
    assert placed[0] - placed[1] >= 1.0
    assert apart([11.9, 12.0], [1.0, 1.0], 0.0, 12.0) == [10.5, 11.5]


def test_a_missing_year_breaks_a_line() -> None:
    years = [{"x": year} for year in (2003, 2005, 2006)]
    assert [[p["x"] for p in run] for run in runs(years)] == [[2003], [2005, 2006]]
    assert len(list(runs(years, step=0))) == 3


@pytest.mark.parametrize(
    ("count", "low", "high"),
    # Exact 95 % limits of a Poisson count: Ulm, American Journal of Epidemiology 131 (1990) 373.
    [(1, 0.0253, 5.5716), (5, 1.6235, 11.6683), (10, 4.7954, 18.3904), (20, 12.2165, 30.8884)],
)
def test_control_limits_invert_exact_limits(count: int, low: float, high: float) -> None:
    """A count lies on the upper line where its own lower limit is what is expected."""
    _, upper = control_limits(np.array([low]), 0.05)
    lower, _ = control_limits(np.array([high]), 0.05)
    assert upper[0] == pytest.approx(count, abs=2e-3)
    assert lower[0] == pytest.approx(count, abs=2e-3)


def test_few_births_have_no_lower_limit() -> None:
    lower, _ = control_limits(np.array([2.0]), 0.002)
    assert lower[0] == 0.0
