"""Which dataset a file belongs to, by its content."""

from __future__ import annotations

import re
from pathlib import Path

from assets.archive.container import sniff
from assets.archive.container.encoding import start_of

_HEAD_BYTES = 65536


def identify(path: Path) -> str | None:
    """Return the dataset that an export of Fingertips belongs to, else ``None``.

    Args:
        path: A file; its name does not matter.
    """
    if sniff.content_type(path) != sniff.TEXT:
        return None
    with path.open("rb") as handle:
        head = start_of(handle.read(_HEAD_BYTES)).casefold()
    if not head.lstrip('"').startswith("indicator id"):
        return None
    infants = re.search(r'^"?92196"?,', head, re.MULTILINE)
    return "fingertips_infant_mortality" if infants else None
