"""Data Docs of Great Expectations: what was found for each table, as pages that open offline.

The library's renderer writes the pages. They name style sheets, scripts and images of other sites,
which are taken out: the pages open without a network, and nobody elsewhere learns that they do.
They show counts before disclosure control and stay with the machine that made them.
"""

from __future__ import annotations

import datetime as dt
import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from assets.state.warehouse import table_exists
from expectations import judging
from expectations.suites import suite_for

_REMOTE = re.compile(
    r"<script\b[^>]*\bsrc=[\"'](?:https?:)?//[^>]*>.*?</script>"
    r"|<(?:link|img)\b[^>]*\b(?:href|src)=[\"'](?:https?:)?//[^>]*>"
    r"|<link\b[^>]*\bhref=[\"']\.\./[^>]*>"
    r"|<iframe\b.*?</iframe>|<footer>.*?</footer>",
    re.DOTALL | re.IGNORECASE,
)
_HOME = re.compile(r"href=[\"'](?:\.\./)+index\.html[\"']")
_LINK = re.compile(
    r"<a\b[^>]*\bhref=[\"'](?:(?:https?:)?//|\.\./)[^>]*>(.*?)</a>", re.DOTALL | re.IGNORECASE
)
_URL = re.compile(r"url\(\s*[\"']?(?:https?:)?//[^)]*\)", re.IGNORECASE)
_STYLE = """<style>
body { font: 15px/1.5 system-ui, sans-serif; max-width: 72rem; margin: 2rem auto; padding: 0 1rem }
table { border-collapse: collapse; width: 100% }
td, th { border-top: 1px solid #ccc; padding: .3rem .5rem; text-align: left; vertical-align: top }
.badge { background: #eee; border-radius: .3rem; padding: 0 .3rem }
.text-success, .passed { color: #176b2c } .text-danger, .failed { color: #a11 }
.collapse { display: block }
.fa-check-circle::before { content: "holds" }
td .fa-times::before { content: "does not hold" }
.card:has(.btn-group-toggle) { display: none }
</style>"""


@dataclass(frozen=True)
class Page:
    """One page that was written.

    Attributes:
        table: Table that it is about.
        path: Where it is.
        expectations: How many there are.
        failed: How many of them do not hold or could not be evaluated.
    """

    table: str
    path: Path
    expectations: int
    failed: int


def write_pages(
    con: duckdb.DuckDBPyConnection,
    names: Sequence[str],
    folder: Path,
    *,
    basis: str = "",
    today: dt.date | None = None,
) -> list[Page]:
    """Judge the tables that there are and write a page for each, and a list of them.

    Args:
        con: Open connection to the warehouse; not read-only.
        names: Full names of tables.
        folder: Where the pages go.
        basis: Which extracts the run looks at, see :func:`expectations.validate.validate_table`.
        today: Day on which waivers must be in force; by default the present day (UTC).
    """
    now = dt.datetime.now(dt.UTC)
    folder.mkdir(parents=True, exist_ok=True)
    pages = []
    for name in names:
        if not table_exists(con, name):
            continue
        judged = judging.judged(con, suite_for(name), basis, waived_on=today or now.date())
        path = folder / f"{name}.html"
        path.write_text(offline(_rendered(judged.library, name, now)), encoding="utf-8")
        failed = sum(bool(f.error or f.offending) for f in judged.findings)
        pages.append(Page(name, path, len(judged.findings), failed))
    (folder / "index.html").write_text(_index(pages, now), encoding="utf-8")
    return pages


def offline(page: str) -> str:
    """Return a page without anything that is fetched from another site."""
    page = _HOME.sub('href="index.html"', page)
    without = _URL.sub("none", _LINK.sub(r"\1", _REMOTE.sub("", page)))
    return without.replace("</head>", f"{_STYLE}</head>", 1)


def _rendered(library: Any, name: str, now: dt.datetime) -> str:
    from great_expectations.render.renderer.page_renderer import ValidationResultsPageRenderer
    from great_expectations.render.view.view import DefaultJinjaPageView

    told: Mapping[str, object] = {
        "run_id": {"run_name": name, "run_time": now.isoformat()},
        "validation_time": now.strftime("%Y%m%dT%H%M%S.%fZ"),
        "expectation_suite_name": name,
    }
    library.meta.update(told)
    for verdict in library.results:
        seen = verdict.result.get("observed_value")
        if hasattr(seen, "item"):
            # The renderer knows Python's numbers only.
            verdict.result["observed_value"] = seen.item()
    renderer: Any = ValidationResultsPageRenderer(run_info_at_end=True)
    view: Any = DefaultJinjaPageView()
    return str(view.render(renderer.render(library)))


def _index(pages: Sequence[Page], now: dt.datetime) -> str:
    rows = "\n".join(
        f'<tr><td><a href="{html.escape(p.path.name)}">{html.escape(p.table)}</a></td>'
        f"<td>{p.expectations}</td>"
        f'<td class="{"failed" if p.failed else "passed"}">{p.failed or "none"}</td></tr>'
        for p in pages
    )
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Expectations</title>'
        f"{_STYLE}</head><body><h1>What is expected of each table</h1>"
        f"<p>Judged on {now:%Y-%m-%d at %H:%M} UTC. The pages show counts before disclosure "
        "control: do not pass them on.</p>"
        "<table><tr><th>table</th><th>expectations</th><th>that do not hold</th></tr>\n"
        f"{rows}\n</table></body></html>\n"
    )
