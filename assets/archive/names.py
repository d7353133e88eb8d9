"""Treat file names as untrusted data: how they are stored and shown."""

from __future__ import annotations

import hashlib
import os
import re
import unicodedata
from pathlib import Path

RESERVED = frozenset({"origin.json", "confirmed.json", "report.json", "report.txt"})
"""Names that the archive and quarantine give to files of their own, beside an extract."""
LONGEST = 120
_SHOWN = 160
_PLAIN = re.compile(r"[A-Za-z0-9_(][A-Za-z0-9 ._,;()\[\]{}&@#+=~!-]*")
_SUFFIX = re.compile(r"\.[A-Za-z0-9]{1,8}")


def stored_name(name: str) -> str:
    """Return a safe name to store a file under: its own where that is safe.

    Otherwise a plain name with the start of a checksum, so that two names stay two. The name that
    the file arrived with is kept as data (:func:`printable`).
    """
    plain = (
        _PLAIN.fullmatch(name) is not None
        and len(name) <= LONGEST
        and name.rstrip(". ") == name
        and name.lower() not in RESERVED
    )
    if plain:
        return name
    stem, suffix = Path(name).stem, Path(name).suffix
    if not _SUFFIX.fullmatch(suffix):
        suffix = ""
    words = re.sub(r"[^A-Za-z0-9]+", "-", stem).strip("-")[:60].strip("-")
    mark = hashlib.sha256(os.fsencode(name)).hexdigest()[:8]
    return f"{words or 'extract'}-{mark}{suffix}"


def printable(name: str) -> str:
    """Return a name as one line of visible characters, for messages and as data.

    Control characters, marks that turn the direction of writing, and bytes that are no UTF-8 are
    written as escapes, a backslash too; a very long name is cut in the middle.
    """
    shown = "".join(_visible(c) for c in name)
    if len(shown) > _SHOWN:
        half = _SHOWN // 2
        shown = f"{shown[:half]}…{shown[-half:]}"
    return shown


def _visible(character: str) -> str:
    if character == "\\":
        return "\\\\"
    code = ord(character)
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"
    invisible = unicodedata.category(character)[0] == "C" or (
        unicodedata.category(character)[0] == "Z" and character != " "
    )
    return character.encode("unicode_escape").decode() if invisible else character
