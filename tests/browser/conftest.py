"""Chromium, one release for all pages, and a watch on what a page does.

``IMR_TEST_RELEASE`` names the folder of a release to look at instead of making one.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from assets.release.channels.resolve import resolve
from tests.browser.exploring import DRAWN, READY, Open, until
from tests.browser.looking import DESK, Watch

NAMES = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = (
    # Chromium refuses to start its sandbox for root, which a container often is.
    "--no-sandbox",
    # A page that asks for what it must not asks nobody outside this machine.
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost",
)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """One browser for all tests of this folder; they skip where there is none."""
    program = next(filter(None, map(shutil.which, NAMES)), None)
    if program is None:
        pytest.skip(
            f"no browser on this machine (looked for {', '.join(NAMES)}); "
            "on Debian: apt-get install chromium"
        )
    with sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield started
        started.close()


@pytest.fixture(scope="session")
def release(request: pytest.FixtureRequest) -> Path:
    """Folder of a release of all bundled samples, made by this code. Read only."""
    given = os.environ.get("IMR_TEST_RELEASE")
    if given:
        return Path(given).resolve()
    home: Path = request.getfixturevalue("first_run")[0]
    return resolve(home / "releases").path


@pytest.fixture
def watch() -> Iterator[Watch]:
    """Fail the test for what its page must not do. Expected faults: ``watch.faults.clear()``."""
    watched = Watch()
    yield watched
    assert not watched.faults, "\n".join(watched.faults)


@pytest.fixture
def page(browser: Browser, watch: Watch, release: Path) -> Iterator[Page]:
    """An empty page of a desk's width that may open files of the release, and nothing else.

    ``watch.allow(folder or "http://127.0.0.1:PORT/")`` adds a place.
    """
    watch.allow(release)
    with browser.new_context(viewport={"width": DESK, "height": 800}) as context:
        shown = context.new_page()
        watch.on(shown)
        yield shown


@pytest.fixture
def explore(page: Page, release: Path) -> Open:
    """Open the explorer at an address."""

    def opened(address: str = "") -> Page:
        page.goto("about:blank")
        page.goto((release / "explore.html").as_uri() + address)
        until(page, READY)
        until(page, DRAWN)
        return page

    return opened


@pytest.fixture(scope="module")
def published(release: Path) -> Callable[[str], list[dict[str, Any]]]:
    """Ask the Parquet files beside the page: ``rates`` are the preferred ones."""
    con = duckdb.connect()
    for file in release.glob("*.parquet"):
        con.execute(
            f"CREATE VIEW {file.stem}_all AS SELECT * FROM "
            f"read_parquet('{file}', hive_partitioning = false)"
        ).fetchall()
    con.execute("CREATE VIEW rates AS SELECT * FROM rates_all WHERE is_preferred").fetchall()

    def asked(query: str) -> list[dict[str, Any]]:
        result = con.execute(query)
        names = [column[0] for column in result.description]
        return [dict(zip(names, row, strict=True)) for row in result.fetchall()]

    return asked
