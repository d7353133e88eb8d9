"""The helpers see what they are for: a page with every fault has every one told."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser import looking
from tests.browser.looking import Watch

GOOD = (
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Good</title></head>'
    "<body><main><h1>Good</h1><p>Words</p></main></body></html>"
)
BAD = (
    "<!doctype html><html><head><style>p{color:#ccc;background:#fff;font-size:9px}"
    ".wide{width:900px}@media(prefers-color-scheme:dark){p{color:#fff}}</style></head><body>"
    "<p>Pale and small</p><div class=wide>Wide</div><p style='page-break-before:always'>Second</p>"
    '<svg viewBox="0 0 400 100" width="200"><text y="20" font-size="10">Drawn</text></svg>'
    "<script>console.error('said');alert('boo');fetch('https://example.org/x').catch(()=>0);"
    "null.x</script></body></html>"
)


@pytest.fixture
def release(tmp_path: Path) -> Path:
    (tmp_path / "good.html").write_text(GOOD, encoding="utf-8")
    (tmp_path / "bad.html").write_text(BAD, encoding="utf-8")
    return tmp_path


def test_a_good_page_has_no_finding(page: Page, release: Path) -> None:
    page.goto((release / "good.html").as_uri())
    assert looking.axe_findings(page) == []
    assert looking.smallest_text(page) == (16, "Words")
    assert looking.too_wide(page) == []
    assert looking.printed_pages(page) == 1


def test_each_fault_of_a_bad_page_is_told(browser: Browser, release: Path) -> None:
    watch, page = Watch(), browser.new_page()
    watch.allow(release)
    watch.on(page)
    page.goto((release / "bad.html").as_uri())
    told = "\n".join(watch.faults)
    for word in ("console error: said", "dialog: boo", "https://example.org/x", "error of a scr"):
        assert word in told
    # What it may ask for is no fault.
    assert "bad.html, outside" not in told
    found = looking.axe_findings(page)
    assert any(line.startswith("light: color-contrast") for line in found)
    assert not any(line.startswith("dark: color-contrast") for line in found)
    assert any("document-title" in line for line in found)
    assert looking.smallest_text(page) == (5, "Drawn")
    assert looking.too_wide(page) == ["div.wide"]
    assert looking.printed_pages(page) == 2
    page.close()


def test_a_file_outside_the_release_is_told(page: Page, watch: Watch, release: Path) -> None:
    outside = release.parent / "outside.html"
    outside.write_text(GOOD, encoding="utf-8")
    page.goto(outside.as_uri())
    assert [fault.partition(",")[0] for fault in watch.faults] == [f"asked for {outside.as_uri()}"]
    watch.faults.clear()
