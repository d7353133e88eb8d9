"""Write Data Docs: one page per table with its validation results, readable offline.

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

from assets.state.answers import LibraryAnswer, answer_of
from assets.state.private import close_file
from assets.state.warehouse import table_exists
from expectations.answers import as_result, as_text, count, failed
from expectations.suites import suite_for
from expectations.validate import judge_table

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
td, td a { overflow-wrap: anywhere }
td:first-child { overflow-wrap: normal }
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
        judged_at: When the table was judged (ISO 8601).
    """

    table: str
    path: Path
    expectations: int
    failed: int
    judged_at: str


def judge_and_write(
    con: duckdb.DuckDBPyConnection,
    names: Sequence[str],
    folder: Path,
    *,
    basis: str = "",
    today: dt.date | None = None,
) -> list[Page]:
    """Judge the tables that exist and write a page for each, and a list of them.

    Nothing is kept as evidence.

    Args:
        con: Open connection to the warehouse; not read-only.
        names: Full names of tables.
        folder: Folder that the pages are written to.
        basis: Which extracts the run looks at, see :func:`expectations.validate.validate_table`.
        today: Day on which waivers must be in force; by default the present day (UTC).
    """
    now = dt.datetime.now(dt.UTC)
    found: dict[str, LibraryAnswer] = {}
    for name in names:
        if table_exists(con, name):
            judged, results = judge_table(con, suite_for(name), basis, today or now.date())
            found[name] = answer_of("", as_text(judged, results))
    return write_pages(found, folder, "the warehouse as it is")


def write_pages(found: Mapping[str, LibraryAnswer], folder: Path, about: str) -> list[Page]:
    """Write a page for each table, and a list of them.

    Args:
        found: What was answered about each table, by its full name.
        folder: Folder that the pages are written to.
        about: What was judged, for the head of the list.
    """
    pages = [write_page(name, answer, folder) for name, answer in found.items()]
    _write(folder / "index.html", _index(pages, about))
    return pages


def write_page(table: str, answer: LibraryAnswer, folder: Path) -> Page:
    """Write the page of one table."""
    path = folder / f"{table}.html"
    _write(path, offline(_rendered(table, answer)))
    return Page(table, path, count(answer.text), failed(answer.text), answer.judged_at)


def _write(path: Path, page: str) -> None:
    """Write a page that only the owner of the home can read."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.write_text(page, encoding="utf-8")
    close_file(path)


def offline(page: str) -> str:
    """Return a page without anything that is fetched from another site."""
    page = _HOME.sub('href="index.html"', page)
    without = _URL.sub("none", _LINK.sub(r"\1", _REMOTE.sub("", page)))
    return without.replace("</head>", f"{_STYLE}</head>", 1)


def _rendered(table: str, answer: LibraryAnswer) -> str:
    from great_expectations.render.renderer.page_renderer import ValidationResultsPageRenderer
    from great_expectations.render.view.view import DefaultJinjaPageView

    moment = dt.datetime.fromisoformat(answer.judged_at)
    told: Mapping[str, object] = {
        "run_id": {"run_name": table, "run_time": moment.isoformat()},
        "validation_time": moment.strftime("%Y%m%dT%H%M%S.%fZ"),
        "expectation_suite_name": table,
    }
    renderer: Any = ValidationResultsPageRenderer(run_info_at_end=True)
    view: Any = DefaultJinjaPageView()
    return str(view.render(renderer.render(as_result(table, answer.text, told))))


def _index(pages: Sequence[Page], about: str) -> str:
    rows = "\n".join(
        f'<tr><td><a href="{html.escape(p.path.name)}">{html.escape(p.table)}</a></td>'
        f"<td>{p.expectations}</td>"
        f'<td class="{"failed" if p.failed else "passed"}">{p.failed or "none"}</td>'
        f"<td>{p.judged_at[:16].replace('T', ' ')}</td></tr>"
        for p in sorted(pages, key=lambda p: (not p.failed, p.table))
    )
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        "<title>Expectations</title>"
        f"{_STYLE}</head><body><h1>What is expected of each table</h1>"
        f"<p>This is about {html.escape(about)}. The pages show counts before disclosure "
        "control: do not pass them on.</p>"
        "<table><tr><th>table</th><th>expectations</th><th>that do not hold</th>"
        "<th>judged (UTC)</th></tr>\n"
        f"{rows}\n</table></body></html>\n"
    )
