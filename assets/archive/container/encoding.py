"""Decode a text file by its byte order mark.

Extracts are UTF-8. A spreadsheet saves them as "Unicode text", which is UTF-16 with a mark. Without
a mark nothing is guessed: which of two encodings it is changes names and may change numbers.
"""

from __future__ import annotations

import codecs

_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_UTF32 = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)


def is_marked_utf16(content: bytes) -> bool:
    """Return whether bytes begin with the mark of UTF-16."""
    return content.startswith(_UTF16) and not content.startswith(_UTF32)


def decode(content: bytes) -> str:
    """Return the text of a file without its byte order mark.

    Raises:
        UnicodeDecodeError: The bytes are not in the encoding of their mark, or not UTF-8.
    """
    return content.decode("utf-16" if is_marked_utf16(content) else "utf-8-sig")


def start_of(head: bytes) -> str:
    """Return the text at the start of a file, to recognise it; undecodable bytes are replaced.

    Args:
        head: First bytes of the file; the last character may be cut.
    """
    return head.decode("utf-16" if is_marked_utf16(head) else "utf-8-sig", errors="replace")


def undecodable(content: bytes, error: UnicodeDecodeError) -> tuple[str, int]:
    """Return what was seen instead of text, and in which line.

    Args:
        content: The bytes.
        error: What :func:`decode` raised.
    """
    if is_marked_utf16(content):
        before = content[: error.start].decode("utf-16", errors="replace")
        return "bytes that are not UTF-16, as the mark at the start says", _line(before)
    before = content[: error.start].decode("latin-1")
    return f"byte 0x{content[error.start]:02x}, which is not UTF-8", _line(before)


def _line(before: str) -> int:
    return len(before.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
