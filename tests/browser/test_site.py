"""The site in a browser: over HTTP, and as files without any server."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from assets.release.site.export import export_site
from tests.browser.exploring import READY, until
from tests.browser.looking import PHONE, Watch, axe_findings, smallest_text, too_wide
from tests.component.release.site.conftest import FIRST, SECOND, served, two_releases
from tests.worlds import Worlds


@pytest.fixture(scope="module")
def release(worlds: Worlds, tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = two_releases(worlds, tmp_path_factory.mktemp("site"))
    return home.releases / f"release={SECOND}"


@pytest.fixture(scope="module")
def address(release: Path) -> Iterator[str]:
    with served(release.parent) as address:
        yield address


def test_the_index_is_read_by_everybody(page: Page, watch: Watch, address: str) -> None:
    watch.allow(address)
    page.goto(address)
    assert axe_findings(page) == []
    assert smallest_text(page, PHONE)[0] >= 11
    assert too_wide(page, PHONE) == []
    # The policy for contents lets the style of the page in.
    assert page.evaluate("getComputedStyle(document.querySelector('main')).maxWidth") == "1040px"
    assert page.locator("h2").all_inner_texts() == [
        "Channel nightly", "Channel stable", "For programs", "Releases",
    ]  # fmt: skip


def test_the_page_of_a_channel_is_that_of_its_release(
    page: Page, watch: Watch, address: str
) -> None:
    watch.allow(address)
    page.goto(f"{address}channels/stable/#area=US-MO")
    assert page.url == f"{address}releases/release={FIRST}/#area=US-MO"
    page.goto(address)
    page.get_by_role("link", name="figures of release").first.click()
    assert page.url == f"{address}releases/release={SECOND}/index.html"
    page.goto(f"{address}channels/nightly/VALIDATION.html")
    assert SECOND in page.title()
    page.goto(f"{address}channels/nightly/explore.html#area=US-MO")
    until(page, READY)
    assert page.url == f"{address}releases/release={SECOND}/explore.html#area=US-MO"
    assert page.locator("h1, h2", has_text="Missouri").count() > 0


@pytest.fixture(scope="module")
def site(release: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("exported")
    export_site(release.parent, folder, (FIRST, SECOND))
    return folder


def test_exported_files_need_no_server(page: Page, watch: Watch, site: Path) -> None:
    watch.allow(site)
    page.goto((site / "index.html").as_uri())
    assert axe_findings(page) == []
    page.goto((site / "channels/nightly/index.html").as_uri() + "#area=US-MO")
    moved = f"{site.as_uri()}/releases/release={SECOND}/index.html"
    page.wait_for_url(f"{moved}#area=US-MO")


def test_the_page_of_a_channel_leads_on_without_scripts(browser: Browser, site: Path) -> None:
    with browser.new_context(java_script_enabled=False) as context:
        plain = context.new_page()
        plain.goto((site / "channels/nightly/index.html").as_uri())
        plain.wait_for_url(f"{site.as_uri()}/releases/release={SECOND}/index.html")


def test_a_release_that_somebody_wrote_into_is_told_and_runs_nothing(
    page: Page, watch: Watch, release: Path, tmp_path: Path
) -> None:
    says = '"><img src=x onerror=alert(1)></script><script>alert(1)</script>{{ 7 * 7 }}'
    releases = tmp_path / "releases"
    shutil.copytree(release.parent, releases)
    file = releases / release.name / "manifest.json"
    manifest = json.loads(file.read_text())
    manifest |= dict.fromkeys(("released_at", "schema_version", "as_of", "method_version"), says)
    manifest |= {"stale_sources": [says], "validation": {"passed": says, "rules": says}}
    manifest["tables"] |= {says: {"rows": 1, "files": [says]}}
    manifest["files"] |= {says: {"bytes": says, "sha256": says}}
    file.write_text(json.dumps(manifest))
    pointer = releases / "channels/nightly.json"
    pointer.write_text(json.dumps(json.loads(pointer.read_text()) | {"released_at": says}))
    with served(releases) as address:
        watch.allow(address)
        page.goto(address)
        assert page.locator("img, script").count() == 0
        assert says in page.locator("main").inner_text()
        assert too_wide(page, PHONE) == []
