"""The explorer of releases that lack something, or hold names that would run if they could."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import duckdb
import pytest
from playwright.sync_api import Page

from assets.release.documents.explorer.explorer_page import explorer_page
from tests.browser import looking
from tests.browser.exploring import DRAWN, READY, until
from tests.component.release import figures as f
from tests.component.release.test_explorer_page import FACTS

HOSTILE = (
    "</script><script>window.ran = 1</script>",
    "<img src=x onerror='window.ran = 2'>",
    "\"quoted\" & 'quoted' & <b>bold</b>",
    "\u202eevil\u202c mirror",
    '=HYPERLINK("https://example.org")',
    "{{ 7 * 7 }} ${window.ran = 3}",
    "constructor",
    "N" * 300,
)
Rows = list[Mapping[str, object]]
Shown = Callable[..., Page]


@pytest.fixture
def release(tmp_path: Path) -> Path:
    """Folder of the only file that these pages may ask for."""
    return tmp_path


@pytest.fixture
def shown(con: duckdb.DuckDBPyConnection, page: Page, tmp_path: Path) -> Shown:
    """Make the explorer of hand-made figures, and open it at an address."""

    def show(rates: Rows, address: str = "", areas: Rows | None = None) -> Page:
        known = [f.area(str(code)) for code in sorted({str(row["area_code"]) for row in rates})]
        f.ready(con, rates, areas=areas or known, rankings=[], targets=[], claims=[])
        (tmp_path / "explore.html").write_text(explorer_page(con, FACTS), encoding="utf-8")
        page.goto((tmp_path / "explore.html").as_uri() + address)
        until(page, READY)
        until(page, DRAWN)
        return page

    return show


def test_names_that_would_run_are_shown_and_do_not(shown: Shown) -> None:
    named = {f"US-X{i}": name for i, name in enumerate(HOSTILE)}
    rates = [
        f.rate(
            100 + i, 10_000, **f.series(code, area_name=name, area_type="state"), **f.window(year)
        )
        for i, (code, name) in enumerate(named.items())
        for year in (2009, 2010)
    ]
    areas = [
        f.area(code, area_name=name, area_type="state", note=name) for code, name in named.items()
    ]
    page = shown(rates, "#view=areas&type=state", areas)
    assert set(page.locator("table.sortable tbody bdi").all_inner_texts()) == set(HOSTILE)
    for code, name in named.items():
        page.evaluate(f"location.hash = '#area={code}'")
        until(page, f"location.hash === '#area={code}' && document.querySelector('h2 bdi')")
        until(page, f"document.title.length > 0 && {DRAWN}")
        assert page.locator("h2 bdi").inner_text() == name
        assert looking.too_wide(page) == []
    page.evaluate(f"location.hash = '#view=compare&compare={';'.join(list(named)[:6])}'")
    until(page, f"document.querySelectorAll('.chips li').length === 6 && {DRAWN}")
    # A spreadsheet runs no formula that came as a name.
    page.evaluate("navigator.clipboard.writeText = async text => { window.copied = text; }")
    page.get_by_role("button", name="Copy as CSV").click()
    until(page, "window.copied")
    assert '"\'=HYPERLINK(""https://example.org"")"' in page.evaluate("window.copied")
    page.evaluate("location.hash = '#area=' + encodeURIComponent('<img src=x onerror=alert(1)>')")
    until(page, "document.querySelector('h2').textContent === 'No such area'")
    assert page.evaluate("window.ran") is None


@pytest.mark.parametrize("status", ["suppressed", "missing", "incomplete_window"])
def test_everything_without_a_number_is_said_and_explained(shown: Shown, status: str) -> None:
    reason = "the reason of the extract"
    rates = [
        f.rate(None, None, **f.series(code), **f.window(year), value_status=status,
               status_reason=reason)
        for code in ("US", "US-MO")
        for year in (2009, 2010)
    ]  # fmt: skip
    page = shown(rates)
    assert "No rate of this release carries a number" in page.locator("main").inner_text()
    page.evaluate("location.hash = '#area=US-MO'")
    until(page, "document.querySelector('h2').textContent === 'Missouri'")
    text = page.locator("main").inner_text()
    assert "no number" in text
    assert reason in text
    assert page.locator(".chart").count() == 0
    page.evaluate("location.hash = '#view=areas'")
    until(page, "document.querySelector('table.sortable')")
    assert "2 areas, 0 with a number" in page.locator("main").inner_text()
    page.evaluate("location.hash = '#view=compare&compare=US;US-MO'")
    until(page, "document.querySelectorAll('.chips li').length === 2")
    assert "No number of these areas" in page.locator("main").inner_text()


def test_a_release_of_one_area_and_one_year(shown: Shown) -> None:
    page = shown([f.rate(411, 67_123)], "#area=US-MO")
    # 1,000 × 411 / 67,123 = 6.123
    assert "6.12 per 1,000" in page.locator(".lead").inner_text()
    assert page.locator("#trend .chart svg").count() == 1
    page.evaluate("location.hash = ''")
    until(page, "document.querySelector('h2').textContent === 'Find an area'")
    assert "no figures of a whole nation" in page.locator("main").inner_text()


def test_a_release_without_one_of_the_countries(shown: Shown) -> None:
    rates = [
        f.rate(2000, 600_000, **f.series("E92000001", "ons_occurrence", area_type="country"),
               **f.window(year))
        for year in (2009, 2010)
    ]  # fmt: skip
    page = shown(rates, "#view=areas")
    options = page.get_by_label("Nation", exact=True).locator("option").all_inner_texts()
    assert options == ["All nations", "E92000001"]
    page.evaluate("location.hash = '#area=US'")
    until(page, "document.querySelector('h2').textContent === 'No such area'")


def test_a_release_without_any_rate(shown: Shown) -> None:
    page = shown([], areas=[f.area("US")])
    assert "This release has no rates of any area" in page.locator("main").inner_text()
    for address in ("#view=areas", "#view=compare&compare=US", "#area=US"):
        page.evaluate(f"location.hash = '{address}'")
        until(page, f"location.hash === '{address}'")
        assert page.locator("main h2").count() == 1
