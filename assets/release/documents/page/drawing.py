"""Charts by Altair, rendered to SVG by vl-convert, cleaned, and inlined into a page.

Colours stand as the light ones in the SVG; ``page.css`` turns each into its dark one. No chart
carries a script, an address or a role: the figure around it says what it shows.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING
from xml.etree import ElementTree

if TYPE_CHECKING:
    import altair as alt

Row = Mapping[str, object]

BLUE, ORANGE, GREEN, PURPLE = "#1a5a96", "#b04a00", "#1d6f42", "#7b3f8c"
INK, SOFT, GRID, PAPER = "#1b1f24", "#59626c", "#d5dae0", "#fefefe"
NARROW, WIDE = 330, 700
_TEXT = 12
_FONT = "Arial, Helvetica, sans-serif"
_SPACE = "{http://www.w3.org/2000/svg}"
_ELEMENTS = frozenset({"svg", "g", "path", "line", "text", "rect", "circle", "tspan"})
_ATTRIBUTES = frozenset(
    {
        "d", "x", "y", "x1", "x2", "y1", "y2", "dx", "dy", "cx", "cy", "r", "width", "height",
        "viewBox", "transform", "fill", "fill-opacity", "stroke", "stroke-width",
        "stroke-opacity", "stroke-dasharray", "stroke-linecap", "stroke-linejoin", "opacity",
        "font-family", "font-size", "font-weight", "font-style", "text-anchor",
        "dominant-baseline", "display", "direction",
    }
)  # fmt: skip
_PLAIN_VALUE = re.compile(r"(?!.*url)[\w\s.,#%()+:-]*", re.ASCII)
_CONFIG = {
    "background": None,
    "font": _FONT,
    "view": {"stroke": None},
    "axis": {
        "labelFontSize": _TEXT,
        "titleFontSize": _TEXT,
        "titleFontWeight": "normal",
        "labelColor": SOFT,
        "titleColor": SOFT,
        "gridColor": GRID,
        "domainColor": GRID,
        "tickColor": GRID,
        "labelLimit": 130,
    },
    "text": {"fontSize": _TEXT, "color": INK},
    "header": {"labelFontSize": _TEXT, "labelColor": INK},
}


@dataclass(frozen=True)
class Table:
    """Numbers below a chart, or in place of one.

    Attributes:
        headings: Column headings.
        rows: Cells as text; the first of each row is its heading.
        numbers: Positions of columns that are right-aligned.
        caption: What the table shows.
        codes: Codes of the areas of the rows, which lead to their profiles.
    """

    headings: Sequence[str]
    rows: Sequence[Sequence[str]]
    numbers: Sequence[int] = ()
    caption: str = ""
    codes: Sequence[str] = ()


@dataclass(frozen=True)
class Figure:
    """A chart with the finding that it shows.

    Attributes:
        key: Part of its ids.
        finding: What it shows, in one sentence.
        alternative: What somebody hears who does not see it.
        wide: SVG for a desk, or empty where the narrow one serves all.
        narrow: SVG for a phone.
        table: The numbers.
        notes: How to read it, one sentence each.
    """

    key: str
    finding: str
    alternative: str
    narrow: str
    table: Table
    wide: str = ""
    notes: Sequence[str] = field(default_factory=tuple)


class Data:
    """Rows of one chart, by name. Altair copies what is part of a chart many times over."""

    def __init__(self) -> None:
        self.sets: dict[str, Sequence[Row]] = {}

    def __call__(self, rows: Sequence[Row]) -> alt.NamedData:
        """Return a reference to rows."""
        import altair as alt

        name = f"rows{len(self.sets)}"
        self.sets[name] = rows
        return alt.NamedData(name=name)


def svg_of(build: Callable[[Data], alt.LayerChart | alt.FacetChart]) -> str:
    """Return a chart as SVG for a page.

    Args:
        build: Makes the chart of what it is given for its rows. It runs without Altair's checks
            of every part against the schema of Vega-Lite, which take longer than drawing.
    """
    import altair as alt
    from altair.utils.schemapi import debug_mode

    data = Data()
    with debug_mode(False):
        spec = build(data).to_dict(validate=False)
    spec |= {"config": _CONFIG, "datasets": data.sets}
    return _rendered(json.dumps(spec, sort_keys=True, default=float), alt.SCHEMA_VERSION)


@lru_cache(maxsize=64)
def _rendered(spec: str, version: str) -> str:
    import vl_convert

    drawn = vl_convert.vegalite_to_svg(
        spec, vl_version=".".join(version.lstrip("v").split(".")[:2]), allowed_base_urls=[]
    )
    return cleaned(drawn)


def forget() -> None:
    """Forget the charts that were drawn, so that the next are drawn again."""
    _rendered.cache_clear()


def cleaned(svg: str) -> str:
    """Return an SVG with nothing but shapes and text: no script, address, style, id or role."""
    root = ElementTree.fromstring(svg)  # noqa: S314 - vl-convert wrote it, without entities
    parts: list[str] = []
    _write(root, parts)
    return "".join(parts)


def _write(element: ElementTree.Element, parts: list[str]) -> None:
    tag = element.tag.removeprefix(_SPACE)
    if tag not in _ELEMENTS or _is_nothing(element, tag):
        return
    kept = "".join(
        f' {key}="{value}"'
        for key, value in element.attrib.items()
        if key in _ATTRIBUTES and _PLAIN_VALUE.fullmatch(value)
    )
    more = ' aria-hidden="true" focusable="false"' if tag == "svg" else ""
    inside: list[str] = []
    if element.text and tag in ("text", "tspan"):
        inside.append(_escaped(element.text))
    for child in element:
        _write(child, inside)
    if inside:
        parts.append(f"<{tag}{kept}{more}>{''.join(inside)}</{tag}>")
    elif tag not in ("g", "text"):
        parts.append(f"<{tag}{kept}/>")


def _is_nothing(element: ElementTree.Element, tag: str) -> bool:
    """Return whether an element draws nothing."""
    if element.get("display") == "none":
        return True
    classes = element.get("class", "")
    return tag == "path" and (not element.get("d") or classes in ("background", "foreground"))


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def apart(wanted: Sequence[float], sizes: Sequence[float], low: float, high: float) -> list[float]:
    """Return middles near the wanted ones, in their order, so that nothing lies on another.

    Args:
        wanted: Middles, in any order.
        sizes: How much room each takes.
        low: Where the room begins.
        high: Where it ends; where it is too small, they go beyond its beginning.
    """
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    placed = list(wanted)
    floor = low
    for i in order:
        placed[i] = max(placed[i], floor + sizes[i] / 2)
        floor = placed[i] + sizes[i] / 2
    ceiling = high
    for i in reversed(order):
        placed[i] = min(placed[i], ceiling - sizes[i] / 2)
        ceiling = placed[i] - sizes[i] / 2
    return placed


def runs(rows: Sequence[Row], key: str = "x", step: int = 1) -> Iterator[list[Row]]:
    """Yield unbroken runs of rows in order: a missing year begins a new one.

    Args:
        rows: Rows in order.
        key: Column with the year.
        step: Distance of two rows that belong together; 0 for none.
    """
    run: list[Row] = []
    for row in rows:
        if run and (not step or int(str(row[key])) != int(str(run[-1][key])) + step):
            yield run
            run = []
        run.append(row)
    if run:
        yield run
