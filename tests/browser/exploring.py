"""What tests of the explorer share: waiting without eval, cells as they are read, rounding."""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from playwright.sync_api import Locator, Page

# Playwright polls by eval, which the page's policy forbids; one promise that waits needs none.
_UNTIL = """async () => {{
  const end = performance.now() + 30000;
  while (!({condition})) {{
    if (performance.now() > end) throw new Error("waited in vain");
    await new Promise(requestAnimationFrame);
  }}
}}"""
READY = "document.documentElement.dataset.ready === 'yes' || document.querySelector('[role=alert]')"
DRAWN = (
    "[...document.querySelectorAll('.chart')]"
    ".every(each => each.dataset.drawn === String(window.innerWidth))"
)
SHOWN = "(document.documentElement.dataset.shown ?? '')"
"""Address whose view stands on the page; that of the browser changes before the view does."""
Open = Callable[[str], Page]


def until(page: Page, condition: str) -> None:
    """Wait until an expression of JavaScript is true."""
    page.evaluate(_UNTIL.format(condition=condition))


def rounded(value: float, decimals: int) -> str:
    """Round as the tables do: half away from zero, once."""
    return str(Decimal(value).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP))


def limits(row: dict[str, Any]) -> str:
    return " to ".join(rounded(row[f"ci_{end}_95"], row["decimals"]) for end in ("lower", "upper"))


def cells(row: Locator) -> list[str]:
    return [text.strip() for text in row.locator("th, td").all_inner_texts()]


def heading(page: Page) -> str:
    return page.locator("main h2").first.inner_text()
