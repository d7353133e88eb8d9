"""Frame of the two HTML pages of a release: one file, nothing loaded from anywhere."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html import escape

_BREAKABLE = re.compile(r"(?<=\w[_@/])(?=\w)|(?<=[a-z][.,])(?=[a-z])|(?<=\d)(?=T\d\d:)")
"""Places in identifiers, paths and times where a line may end, and never in a number."""

_STYLE = """
:root{color-scheme:light}
body{font:16px/1.5 system-ui,sans-serif;color:#1c1c1c;
max-width:820px;margin:2rem auto;padding:0 1rem}
h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2.2rem}
table{border-collapse:collapse;width:100%;font-size:.88rem}
.table{overflow-x:auto}
th,td{padding:.25rem .5rem;border-bottom:1px solid #ddd;text-align:left;vertical-align:top}
td.number,th.number{text-align:right;font-variant-numeric:tabular-nums}
svg{width:100%;height:auto;font:12px system-ui,sans-serif}
svg .grid{stroke:#ddd}svg .limits{stroke:#1c1c1c}svg .unit{fill:#555}
.legend{list-style:none;padding:0;font-size:.88rem}
.legend li{display:inline-block;margin-right:1.2rem}
.legend span{display:inline-block;width:.8rem;height:.8rem;margin-right:.4rem}
.failed,.not_evaluated{color:#a11}.waived{color:#8a5a00}.note{color:#555;font-size:.88rem}
code{font-size:.85em;overflow-wrap:anywhere}
"""


def page(title: str, body: Iterable[str]) -> str:
    """Return a whole page."""
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head>\n<body>\n"
        f"<h1>{escape(title)}</h1>\n" + "\n".join(body) + "\n</body></html>\n"
    )


def html_table(
    headings: Sequence[str], rows: Iterable[Sequence[object]], numbers: Sequence[int] = ()
) -> str:
    """Return a table.

    Args:
        headings: Column headings.
        rows: Cells; ``None`` becomes a dash.
        numbers: Positions of columns that are right-aligned.
    """

    def cell(tag: str, position: int, value: object) -> str:
        mark = ' class="number"' if position in numbers else ""
        text = "–" if value is None else str(value)
        parts = (escape(part) for part in _BREAKABLE.split(text))
        return f"<{tag}{mark}>{'<wbr>'.join(parts)}</{tag}>"

    head = "".join(cell("th", i, h) for i, h in enumerate(headings))
    body = "".join(
        "<tr>" + "".join(cell("td", i, v) for i, v in enumerate(row)) + "</tr>" for row in rows
    )
    inner = f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody>"
    return f'<div class="table"><table>{inner}</table></div>'
