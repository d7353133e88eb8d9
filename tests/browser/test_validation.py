"""``VALIDATION.html`` as a person meets it: on a phone, in the dark, on paper, by keyboard."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser import looking
from tests.component.release.documents import quality as q
from tests.emptied import emptied


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("validation")
    rows = (q.evaluated(), q.WAIVED, q.ADVICE, q.EXPLAINED, q.PAST_EVALUATION)
    with emptied() as con:
        text = q.page_of(con, *rows)
    (folder / "VALIDATION.html").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def shown(page: Page, release: Path) -> Page:
    page.goto((release / "VALIDATION.html").as_uri())
    return page


def test_everybody_can_read_it(shown: Page) -> None:
    shown.evaluate("document.querySelectorAll('details').forEach(e => { e.open = true; })")
    assert looking.axe_findings(shown) == []
    assert looking.smallest_text(shown)[0] >= 11
    for width in (looking.PHONE, looking.TABLET, looking.DESK):
        assert looking.too_wide(shown, width) == []


def test_from_the_verdict_to_the_evidence_by_keyboard(shown: Page) -> None:
    shown.keyboard.press("Tab")
    assert shown.locator(":focus").inner_text() == "Skip to the verdict"
    finding = shown.locator("#finding-published\\.rates-T-SUM a")
    finding.focus()
    shown.keyboard.press("Enter")
    rule = shown.locator("#rule-published\\.rates-T-SUM")
    assert rule.evaluate("element => element.getBoundingClientRect().top < innerHeight")
    rule.locator("summary").focus()
    shown.keyboard.press("Enter")
    assert rule.get_by_text("identity, critical").is_visible()


def test_on_paper_the_evidence_is_open(shown: Page) -> None:
    row = shown.get_by_role("cell", name="1993-01-01").first
    assert not row.is_visible()
    shown.emulate_media(media="print")
    assert row.is_visible()
    assert shown.locator("nav").is_hidden()
