"""What came from a file is shown and never obeyed; what a release lacks is said."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser import bad_tables as bad
from tests.browser.exploring import DRAWN, READY, until
from tests.browser.looking import PHONE, Watch, too_wide

INJECTED = (
    "img, iframe, object, embed, base, form:not(.vega-bindings), link:not([rel=icon]), "
    "svg[onload], [onerror], [onmouseover], [onfocus], [autofocus], [srcdoc], "
    "a[href^='javascript:' i]"
)
LACKING = {
    "the United States": (bad.without("country = 'US'"), "United States"),
    "England and Wales": (bad.without("country <> 'US'"), "England"),
    "every number": (bad.all_withheld, "no annual figure"),
    "all areas but one": (bad.without("area_code <> 'US-MO'"), "United States"),
}


def injected(page: Page) -> list[str]:
    """Return elements that no page of ours has, as they stand in it."""
    found: list[str] = page.locator(INJECTED).evaluate_all("all => all.map(e => e.outerHTML)")
    return found


@pytest.fixture(scope="module")
def attacked(release: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("attacked")
    con = bad.few_areas(release)
    bad.with_bad_names(con)
    bad.pages(con, folder)
    con.close()
    return folder


@pytest.mark.parametrize("name", bad.MAKERS)
def test_names_and_notes_are_shown_and_run_nothing(
    page: Page, watch: Watch, attacked: Path, name: str
) -> None:
    watch.allow(attacked)
    page.goto((attacked / name).as_uri())
    until(page, f"{READY} || !document.querySelector('script')")
    assert page.evaluate("window.ran") is None
    assert injected(page) == []
    # Nothing of an attack became an element, and its words are there for people.
    assert bad.SAYS in page.locator("body").inner_text() or name == "explore.html"
    assert too_wide(page, PHONE) == []
    assert page.title().endswith(bad.FACTS["version"])


def test_the_profile_of_an_area_runs_nothing(page: Page, watch: Watch, attacked: Path) -> None:
    watch.allow(attacked)
    page.goto((attacked / "explore.html").as_uri())
    for place in ("area=US", "area=US-MO", "area=E12000001", f"compare={','.join(bad.AREAS[:6])}"):
        page.evaluate("place => { location.hash = place; }", place)
        until(page, f"({READY}) && {DRAWN}")
        assert page.evaluate("window.ran") is None
        assert injected(page) == []
        assert too_wide(page, PHONE) == []


@pytest.mark.parametrize("what", LACKING)
def test_what_a_release_lacks_is_said(
    page: Page, watch: Watch, release: Path, tmp_path: Path, what: str
) -> None:
    change, word = LACKING[what]
    con = bad.few_areas(release)
    change(con)
    bad.pages(con, tmp_path, "index.html")
    con.close()
    watch.allow(tmp_path)
    page.goto((tmp_path / "index.html").as_uri())
    missing = " ".join(page.locator(".missing").all_inner_texts())
    assert word in missing
    assert "could not be made" not in missing


def test_a_table_that_cannot_be_read_costs_its_section_alone(
    page: Page, watch: Watch, release: Path, tmp_path: Path
) -> None:
    file = tmp_path / "targets.parquet"
    file.write_bytes((release / file.name).read_bytes())
    con = bad.few_areas(release)
    con.execute("DROP TABLE published.targets").fetchall()
    con.execute(f"CREATE VIEW published.targets AS FROM read_parquet('{file}')").fetchall()
    file.write_bytes(file.read_bytes()[:500])
    bad.pages(con, tmp_path, "index.html")
    con.close()
    watch.allow(tmp_path)
    page.goto((tmp_path / "index.html").as_uri())
    assert "a table cannot be read" in page.locator("#targets .missing").inner_text()
    for whole in ("headline", "states", "authorities", "disparities", "claims", "withheld"):
        assert page.locator(f"#{whole} .missing", has_text="cannot be read").count() == 0
    assert page.locator("#headline .rate strong").count() > 0
