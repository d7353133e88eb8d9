"""The page of a release of all samples in a browser: light, dark, phone, print, no script."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from playwright.sync_api import Browser, Page

from tests.browser.looking import (
    DESK,
    PHONE,
    TABLET,
    Watch,
    axe_findings,
    in_colours,
    printed_pages,
    smallest_text,
    too_wide,
)
from tests.component.release.page.test_release_page import LONG, hostile


@pytest.fixture
def shown(page: Page, release: Path) -> Page:
    page.goto((release / "index.html").as_uri())
    return page


def test_everybody_can_read_it(shown: Page) -> None:
    shown.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    # Rows of a table are alike, and looking at each of thousands takes minutes.
    shown.evaluate("document.querySelectorAll('tbody tr:nth-child(n+4)').forEach(r => r.remove())")
    assert axe_findings(shown) == []


def test_it_fits_every_width_and_no_text_is_small(shown: Page) -> None:
    for width in (PHONE, TABLET, DESK):
        assert too_wide(shown, width) == []
        assert smallest_text(shown, width)[0] >= 11, smallest_text(shown, width)


def test_the_summary_is_two_sheets(shown: Page) -> None:
    assert printed_pages(shown) == 2


def test_charts_change_with_the_colours(shown: Page) -> None:
    colour = "getComputedStyle(document.querySelector('#figure-nations svg text')).fill"
    light = shown.evaluate(colour)
    with in_colours(shown, "dark"):
        assert shown.evaluate(colour) != light


def test_the_keyboard_goes_through_it_in_order(shown: Page) -> None:
    shown.keyboard.press("Tab")
    assert shown.evaluate("document.activeElement.textContent") == "Skip to the figures"
    shown.keyboard.press("Enter")
    assert shown.url.endswith("#main")
    reached = []
    for _ in range(4):
        shown.keyboard.press("Tab")
        reached.append(shown.evaluate("document.activeElement.textContent"))
    # Nothing is put before what stands before it.
    assert reached[0] == "What is counted"
    assert shown.locator("[tabindex]:not([tabindex='0'])").count() == 0


def test_the_first_figure_is_on_the_first_screen_of_a_desk(shown: Page) -> None:
    shown.set_viewport_size({"width": DESK, "height": 800})
    assert shown.locator(".rate strong").first.bounding_box()["y"] < 800  # type: ignore[index]


def test_names_of_the_data_run_nothing_and_break_no_width(
    page: Page, watch: Watch, con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    (tmp_path / "index.html").write_text(hostile(con), encoding="utf-8")
    watch.allow(tmp_path)
    page.goto((tmp_path / "index.html").as_uri())
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    for width in (PHONE, DESK):
        assert too_wide(page, width) == []
    assert LONG in page.locator("#figure-states-annual table").inner_text()


@pytest.fixture
def without_scripts(browser: Browser, release: Path) -> Iterator[Page]:
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto((release / "index.html").as_uri())
        yield page


def test_it_needs_no_script(without_scripts: Page) -> None:
    assert without_scripts.locator("#figure-nations svg >> visible=true").count() == 1
    nations = without_scripts.locator("#headline h3").all_inner_texts()
    assert nations[:3] == ["United States", "England", "Wales"]
    numbers = without_scripts.locator("#figure-nations details")
    numbers.locator("summary").click()
    # National Vital Statistics Reports 74-07: 5.61 in 2023; ONS: 12.0 in 1980.
    assert "5.61" in numbers.inner_text()
    assert "12.0" in numbers.inner_text()


def test_all_samples_have_all_sections(shown: Page, release: Path) -> None:
    assert shown.locator(".missing", has_text="This release ").all_inner_texts() == []
    assert shown.locator(".missing", has_text="could not be made").count() == 0
    assert (release / "index.html").stat().st_size < 2_000_000
