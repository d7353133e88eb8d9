"""What tests ask of a page that Chromium shows: words and sizes that a person would see."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Dialog, Page, Request

PHONE, TABLET, DESK = 360, 768, 1280
"""Widths in CSS pixels that pages are looked at."""

_SMALLEST_TEXT = """() => {
  const found = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const text = walk.currentNode.textContent.trim(), element = walk.currentNode.parentElement;
    if (!text || element.closest('script,style,noscript,template,title,desc')) continue;
    const range = document.createRange();
    range.selectNodeContents(walk.currentNode);
    const box = range.getBoundingClientRect();
    if (box.width <= 1 || box.height <= 1) continue;
    if (!element.checkVisibility({opacityProperty: true, visibilityProperty: true})) continue;
    let scale = 1;
    const matrix = element.ownerSVGElement && element.getScreenCTM && element.getScreenCTM();
    if (matrix) scale = Math.hypot(matrix.b, matrix.d);
    found.push([parseFloat(getComputedStyle(element).fontSize) * scale, text.slice(0, 60)]);
  }
  return found.sort((a, b) => a[0] - b[0])[0] || [Infinity, ''];
}"""
_TOO_WIDE = """() => {
  const root = document.scrollingElement, width = root.clientWidth;
  if (root.scrollWidth <= width) return [];
  const found = [...document.body.querySelectorAll('*')]
    .filter(e => e.getBoundingClientRect().right > width + 1)
    .map(e => e.tagName.toLowerCase() + (e.id ? '#' + e.id : '') +
      (e.classList.length ? '.' + [...e.classList].join('.') : ''));
  return found.length ? found.slice(0, 5) : [`${root.scrollWidth} px`];
}"""


@dataclass
class Watch:
    """What a page did that it must not do.

    Attributes:
        allowed: Beginnings of addresses that it may ask for.
        faults: Requests elsewhere, errors of scripts, lines of the console, dialogs.
    """

    allowed: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def on(self, page: Page) -> None:
        """Begin to watch a page."""
        page.on("request", self._asked)
        page.on("pageerror", lambda error: self.faults.append(f"error of a script: {error}"))
        page.on("console", lambda m: m.type in ("error", "warning") and self._said(m.type, m.text))
        page.on("dialog", self._opened)
        page.on("crash", lambda _: self.faults.append("the page crashed"))

    def allow(self, place: Path | str) -> None:
        """Let pages ask for what lies in a folder, or at addresses that begin like this."""
        address = place.resolve().as_uri() + "/" if isinstance(place, Path) else place
        self.allowed.append(unquote(address))

    def _asked(self, request: Request) -> None:
        # What the page itself holds is no request.
        # A browser may write signs of an address in another way than Python does.
        if not unquote(request.url).startswith(("data:", "blob:", "about:", *self.allowed)):
            self.faults.append(f"asked for {request.url}, outside {self.allowed}")

    def _said(self, kind: str, text: str) -> None:
        self.faults.append(f"console {kind}: {text}")

    def _opened(self, dialog: Dialog) -> None:
        self.faults.append(f"opened a dialog: {dialog.message}")
        dialog.dismiss()


def axe_findings(page: Page) -> list[str]:
    """Return what axe-core finds, one line each, as the page looks in light and in dark colours."""
    found = []
    for scheme in ("light", "dark"):
        with in_colours(page, scheme):
            for rule in Axe().run(page).response["violations"]:
                where = "; ".join(str(node["target"]) for node in rule["nodes"][:3])
                found.append(f"{scheme}: {rule['id']} ({rule['help']}) at {where}")
    return found


@contextmanager
def in_colours(page: Page, scheme: str) -> Iterator[Page]:
    """Show the page to somebody who prefers ``light`` or ``dark`` colours."""
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    try:
        yield page
    finally:
        page.emulate_media(color_scheme="light")


def smallest_text(page: Page, width: int = PHONE) -> tuple[float, str]:
    """Return the size of the smallest text that is shown at a width, in CSS pixels, and the text.

    Text in an SVG counts as large as it is drawn.
    """
    _at(page, width)
    size, text = page.evaluate(_SMALLEST_TEXT)
    return round(float(size), 2), str(text)


def too_wide(page: Page, width: int = PHONE) -> list[str]:
    """Return what sticks out so that the page scrolls sideways at a width; empty where it fits."""
    _at(page, width)
    found: list[str] = page.evaluate(_TOO_WIDE)
    return found


def printed_pages(page: Page) -> int:
    """Return how many sheets of A4 the page prints on."""
    printed = page.pdf(format="A4", print_background=True)
    return len(re.findall(rb"/Type\s*/Page\b", printed))


def _at(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
