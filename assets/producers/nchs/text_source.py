"""Decode an extract to text; refuse binary content."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from assets.archive.container import encoding, sniff
from assets.archive.errors import ExtractError

_TITLE = re.compile(rb"<title[^>]*>(.*?)</title>", re.IGNORECASE | re.DOTALL)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def read_text(path: Path, expected: str, end: Callable[[str], bool] | None = None) -> str:
    """Return the text of ``path`` without a byte order mark and with line feeds as line ends.

    How large a file may be is judged before (:mod:`assets.archive.container.guard`).

    Args:
        path: Extract.
        expected: What the extract should be, for error messages.
        end: Tells the line that ends the figures. Below it Windows-1252 is read as well: a
            spreadsheet turns the dashes of notes into it, and no name or number stands there.

    Raises:
        ExtractError: The file is empty, a web page, not text, or neither UTF-8 nor marked UTF-16.
    """
    content = path.read_bytes()
    _refuse_what_is_not_text(path, content, expected)
    if end is not None and not encoding.is_marked_utf16(content):
        content = _notes_in_utf8(content, end)
    return decode(content, path.name, expected)


def _notes_in_utf8(content: bytes, end: Callable[[str], bool]) -> bytes:
    """Return the bytes of a file with those below its figures as UTF-8, where they can be read."""
    lines = content.splitlines(keepends=True)
    last = next((i for i, x in enumerate(lines) if end(x.decode("latin-1").strip())), None)
    if last is None:
        return content
    notes = b"".join(lines[last:])
    try:
        notes.decode("utf-8")
    except UnicodeDecodeError:
        try:
            notes = notes.decode("cp1252").encode("utf-8")
        except UnicodeDecodeError:
            return content
    return b"".join(lines[:last]) + notes


def decode(content: bytes, file: str, expected: str, sheet: str = "") -> str:
    """Return ``content`` as text with line feeds as line ends.

    Raises:
        ExtractError: The bytes are neither UTF-8 nor UTF-16 with a mark, or not text; names the
            line and the byte.
    """
    try:
        text = encoding.decode(content)
    except UnicodeDecodeError as error:
        seen, line = encoding.undecodable(content, error)
        raise ExtractError(
            "CONTENT-ENCODING",
            seen,
            f"{expected} in ASCII or UTF-8",
            "The file was re-saved in another encoding. Download it again.",
            file,
            sheet,
            line,
        ) from error
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if damaged := _CONTROL.search(text):
        raise ExtractError(
            "CONTENT-ENCODING",
            f"the control character {damaged[0]!r}",
            f"{expected} in ASCII or UTF-8",
            "The file is damaged. Download it again.",
            file,
            sheet,
            text.count("\n", 0, damaged.start()) + 1,
        )
    return text


def _refuse_what_is_not_text(path: Path, content: bytes, expected: str) -> None:
    if not encoding.is_marked_utf16(content) and _looks_like_utf16(content):
        raise ExtractError(
            "CONTENT-ENCODING",
            "what looks like UTF-16 or UTF-32 without the mark of UTF-16 at the start",
            f"{expected} in UTF-8, or in UTF-16 with its mark",
            "The file was re-saved by another program. Download it again.",
            path.name,
            row=1,
        )
    kind = sniff.content_type(path)
    if kind in (sniff.TEXT, sniff.JSON):
        return
    seen = {
        sniff.EMPTY: "an empty file",
        sniff.HTML: f"a web page{_title(content)}",
    }.get(kind, f"a file of type {kind}")
    raise ExtractError(
        f"CONTENT-{kind.upper()}",
        seen,
        expected,
        "The download failed or another file was saved under this name. Download it again.",
        path.name,
        row=1,
    )


def _looks_like_utf16(content: bytes) -> bool:
    head = content[:200]
    return len(head) > 3 and head.count(b"\x00") > len(head) // 3


def _title(content: bytes) -> str:
    match = _TITLE.search(content[:65536])
    if match is None:
        return ""
    text = " ".join(match[1].decode("utf-8", "replace").split())[:80]
    return f" titled {text!r}" if text else ""
