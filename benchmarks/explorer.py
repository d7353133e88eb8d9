"""The explorer of a release of all samples, beside its rows with a number as a plain HTML table.

Made: processor time and bytes. Seen in Chromium: time to the first figure, and a search. The peer
is what people do without an explorer: ``DataFrame.to_html``, and the browser's own search in it.
``IMR_BENCH_HOME`` names a home whose release is looked at instead of making one.
"""

from __future__ import annotations

import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
from playwright.sync_api import Page, sync_playwright

from assets.release.channels.resolve import resolve
from assets.release.documents.explorer.explorer_page import explorer_page
from assets.release.documents.explorer.vega_bundle import vega_bundle
from assets.release.documents.page import drawing
from assets.release.documents.page.page import release_page
from assets.schema.model import Layer
from assets.schema.registry import tables_of
from assets.state.warehouse import literal, scratch
from benchmarks.process import measure

ROUNDS = 5
NAMES = ("missouri", "us-mo", "rutland", "E06000017", "saint helens", "wales", "new", "misouri")
_FIRST = "() => performance.getEntriesByName('first-figure')[0]?.startTime ?? null"
_WAIT = """async () => {
  while (document.documentElement.dataset.ready !== "yes") await new Promise(requestAnimationFrame);
}"""
_SEARCH = """names => {
  const field = document.getElementById("find");
  return names.map(name => {
    const start = performance.now();
    field.value = name;
    field.dispatchEvent(new Event("input"));
    document.body.offsetHeight;
    return performance.now() - start;
  });
}"""
_LOADED = "() => performance.getEntriesByType('navigation')[0].loadEventEnd"
_FIND = """names => names.map(name => {
  const start = performance.now();
  window.getSelection().removeAllRanges();
  window.find(name);
  document.body.offsetHeight;
  return performance.now() - start;
})"""


def run() -> list[str]:
    """Measure all of it and return the lines to print."""
    program = shutil.which("chromium") or shutil.which("google-chrome")
    with tempfile.TemporaryDirectory(prefix="imr-bench-") as folder:
        place = Path(folder)
        ours, theirs, lines = _made(place)
        if program is None:
            return [*lines, "Chromium is not on this machine: nothing was looked at"]
        with sync_playwright() as driver:
            browser = driver.chromium.launch(executable_path=program, args=["--no-sandbox"])
            page = browser.new_page()
            # A plain table of all that takes its time.
            page.set_default_timeout(0)
            address = f"{ours.as_uri()}#area=US-MO"
            first, search = _seen(page, address, _FIRST, _SEARCH, ROUNDS, _WAIT)
            # It takes so long that once is enough.
            shown, find = _seen(page, theirs.as_uri(), _LOADED, _FIND, 1)
            browser.close()
    return [
        *lines,
        f"first figure of the explorer: {first:.0f} ms (target below 1,000); the plain table is "
        f"there after {shown:.0f} ms; ratio {first / shown:.2f}",
        f"a search: {search:.1f} ms (target below 50); the browser's own in the plain table: "
        f"{find:.1f} ms; ratio {search / find:.2f}",
    ]


def _made(place: Path) -> tuple[Path, Path, list[str]]:
    home = Path(os.environ.get("IMR_BENCH_HOME", place / "home"))
    settings = {"IMR_HOME": str(home), "IMR_PROFILE": "sample"}
    imr = str(Path(sys.executable).with_name("imr"))
    if not home.is_dir() and measure([imr, "run"], settings).exit_code:
        raise RuntimeError("imr run failed; run it by hand to see why")
    release = resolve(home / "releases").path
    ours, theirs = place / "explore.html", place / "table.html"
    with scratch() as con:
        con.execute("CREATE SCHEMA published").fetchall()
        for table in tables_of(Layer.PUBLISHED):
            file = literal(release / f"{table.name}.parquet")
            con.execute(
                f"CREATE VIEW {table.full_name} AS "
                f"SELECT * FROM read_parquet({file}, hive_partitioning = false)"
            ).fetchall()
        library = _seconds(lambda: vega_bundle(place / "cache"))
        kept = _seconds(lambda: vega_bundle(place / "cache"))
        facts = dict.fromkeys(("released_at", "schema_version", "method_version"), "bench")
        facts["version"] = release.name.partition("=")[2]
        made = _seconds(lambda: ours.write_text(explorer_page(con, facts), encoding="utf-8"))
        pages = _pages(con, facts, place / "index.html")
        plain = _seconds(lambda: theirs.write_text(_plain(con), encoding="utf-8"))
    size, other = (file.stat().st_size / 1e6 for file in (ours, theirs))
    return (
        ours,
        theirs,
        [
            f"explorer: {made:.2f} s of processor time, {size:.2f} MB (target at most 6); its rows "
            f"with a number by pandas to_html: {plain:.2f} s, {other:.2f} MB; ratios "
            f"{made / plain:.2f} and {size / other:.2f}; its chart library: {library:.2f} s the "
            f"first time, {kept:.3f} s where it was kept",
            pages,
        ],
    )


def _pages(con: duckdb.DuckDBPyConnection, facts: dict[str, str], file: Path) -> str:
    """Return what the page of the release costs: with the start of what draws, and without."""

    def make() -> None:
        drawing.forget()
        facts["released_at"] = "2026-01-01T00:00:00+00:00"
        file.write_text(release_page(con, facts, None), encoding="utf-8")

    first, again = _seconds(make), _seconds(make)
    return (
        f"page: {first:.2f} s of processor time with importing and starting what draws its "
        f"charts, {again:.2f} s without (target at most 3); {file.stat().st_size / 1e6:.2f} MB "
        "(target at most 2)"
    )


def _plain(con: duckdb.DuckDBPyConnection) -> str:
    rows = con.execute(
        "SELECT area_name, area_code, measure, stratum_type, stratum, window_type, period, "
        "rate_text, ci_lower_95, ci_upper_95, numerator, denominator, value_status, "
        "source_family FROM published.rates WHERE is_preferred AND rate IS NOT NULL "
        "ORDER BY area_name, measure, period"
    ).df()
    return rows.to_html(index=False)


def _seen(
    page: Page, address: str, shown: str, search: str, rounds: int, ready: str | None = None
) -> tuple[float, float]:
    """Return the medians of the time until something is there, and of a search."""
    there: list[float] = []
    found: list[float] = []
    for _ in range(rounds):
        page.goto("about:blank")
        page.goto(address)
        if ready:
            page.evaluate(ready)
        there.append(page.evaluate(shown))
        found += page.evaluate(search, list(NAMES))
    return statistics.median(there), statistics.median(found)


def _seconds(call: Callable[[], object]) -> float:
    started = time.process_time()
    call()
    return time.process_time() - started
