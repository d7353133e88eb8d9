"""Templates of pages, which escape what is filled in, and the look that pages have in common."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

_SHARED = Path(__file__).parent
_BASE = _SHARED / "base.css"


@cache
def templates(folder: Path) -> Environment:
    """Return the templates of a folder and the shared ``head.html``, compiled once.

    ``head.html`` needs ``title`` and ``style``. A text that is filled in is no HTML.
    """
    return Environment(
        loader=FileSystemLoader((folder, _SHARED)),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def style(*files: Path) -> str:
    """Return the common look, and that of some style sheets after it."""
    return "".join(path.read_text(encoding="utf-8") for path in (_BASE, *files))


def style_source(text: str) -> str:
    """Return how a policy for contents names one style, and no other."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
