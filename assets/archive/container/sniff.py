"""Detect the content type of a file from its bytes, never from its name."""

from __future__ import annotations

import zipfile
from pathlib import Path

from assets.archive.container import encoding

XLSX, XLS, ZIP, HTML, JSON, TEXT, EMPTY, BINARY = (
    "xlsx",
    "xls",
    "zip",
    "html",
    "json",
    "text",
    "empty",
    "binary",
)
_HEAD_BYTES = 65536


def content_type(path: Path) -> str:
    """Return one of the type names of this module for the file at ``path``."""
    with path.open("rb") as handle:
        head = handle.read(_HEAD_BYTES)
    if not head.strip():
        return EMPTY
    if head.startswith(b"PK\x03\x04"):
        return _zip_kind(path)
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return XLS
    text = encoding.start_of(head)
    start = text.lstrip()[:512].lower()
    if not start:
        return EMPTY
    if start.startswith(("<!doctype html", "<html")) or "<html" in start:
        return HTML
    if "\x00" in text:
        return BINARY
    if start.startswith(("{", "[")):
        return JSON
    return TEXT


def _zip_kind(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return BINARY
    return XLSX if "xl/workbook.xml" in names else ZIP
