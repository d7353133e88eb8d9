"""Text of an extract, refusing what is not text in the first place."""

from __future__ import annotations

import re
from pathlib import Path

from assets.archive import sniff
from assets.archive.errors import ExtractError

_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_TITLE = re.compile(rb"<title[^>]*>(.*?)</title>", re.IGNORECASE | re.DOTALL)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def read_text(path: Path, expected: str) -> str:
    """Return the text of ``path`` without a byte order mark and with line feeds as line ends.

    How large a file may be is judged before (:mod:`assets.archive.guard`).

    Args:
        path: Extract.
        expected: What the extract should be, for error messages.

    Raises:
        ExtractError: The file is empty, a web page, not text, or not UTF-8.
    """
    content = path.read_bytes()
    _refuse_what_is_not_text(path, content, expected)
    return decode(content, path.name, expected)


def decode(content: bytes, file: str, expected: str, sheet: str = "") -> str:
    """Return UTF-8 ``content`` as text with line feeds as line ends.

    Raises:
        ExtractError: The bytes are not UTF-8 or not text; names the line and the byte.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ExtractError(
            "CONTENT-ENCODING",
            f"byte 0x{content[error.start]:02x}, which is not UTF-8",
            f"{expected} in ASCII or UTF-8",
            "The file was re-saved in another encoding. Download it again.",
            file,
            sheet,
            len(re.findall(rb"\r\n|\r|\n", content[: error.start])) + 1,
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
    if content.startswith(_UTF16_MARKS) or _looks_like_utf16(content):
        raise ExtractError(
            "CONTENT-ENCODING",
            "a file encoded in UTF-16",
            f"{expected} in ASCII or UTF-8",
            "The file was re-saved by another program as 'Unicode text'. Download it again.",
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
