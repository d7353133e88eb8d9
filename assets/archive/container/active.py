"""Find active content in a workbook: macros, external links, expanding entities.

It is told by what a part holds and what the container says it is, never by its name: programs
follow types and relationships, and a part may be called anything.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from xml.etree import ElementTree

COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""First bytes of the container of .xls files, and of program code and objects inside others."""
CODE = "macros"
LINKS = "links to other workbooks or addresses"
ENTITIES = "a document type or entities, which expand or read other files"
EXPECTED = {
    CODE: "a workbook without program code",
    LINKS: "a workbook that stands alone: linked cells show figures that nobody can check",
    ENTITIES: "plain XML, as every common program writes it",
}
_TYPES = "[Content_Types].xml"
# Storages and streams of a compound file are named in UTF-16 in its folder.
_CODE_STORAGE = "_VBA_PROJECT".encode("utf-16-le")
_MACRO_SHEET = re.compile(rb"\x85\x00[\x09-\xff]\x00.{4}[\x00-\x03]\x01", re.DOTALL)
_DECLARED = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_XML_START = (b"<", b"\xef\xbb\xbf<", b"\xff\xfe", b"\xfe\xff")
_CODE_WORDS = ("vbaproject", "vbadata", "macrosheet", "macroenabled", "activex", "ctrlprop/code")
_LINK_WORDS = ("externallink", "externalbook", "ddelink", "webextension", "querytable")
_HARMLESS_OUTSIDE = ("hyperlink",)


def in_workbook(archive: zipfile.ZipFile) -> tuple[str, str] | None:
    """Return the active content of a workbook and its member, or ``None``.

    Args:
        archive: Workbook whose members have been checked for size and honesty.

    Raises:
        ElementTree.ParseError: A list of types or relationships is no XML.
    """
    for name in archive.namelist():
        content = archive.read(name)
        if content.startswith(COMPOUND) and in_compound(content):
            return CODE, name
        if content.startswith(_XML_START) and _declares(content):
            return ENTITIES, name
        if name == _TYPES or name.endswith(".rels"):
            for said in _said(content, outside=name.endswith(".rels")):
                return said, name
    return None


def in_compound(content: bytes) -> bool:
    """Return whether a compound file (.xls) holds program code or a macro sheet."""
    return _CODE_STORAGE in content or _MACRO_SHEET.search(content) is not None


def _declares(content: bytes) -> bool:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        content = content.replace(b"\x00", b"")
    return _DECLARED.search(content) is not None


def _said(content: bytes, *, outside: bool) -> Iterator[str]:
    """Yield the content types and relationship types of the parts."""
    # Entities are refused before, so nothing expands here.
    for element in ElementTree.fromstring(content).iter():  # noqa: S314
        kind = (element.get("ContentType") or element.get("Type") or "").lower()
        if any(word in kind for word in _CODE_WORDS):
            yield CODE
        elif any(word in kind for word in _LINK_WORDS) or (
            outside
            and element.get("TargetMode", "").lower() == "external"
            and not kind.endswith(_HARMLESS_OUTSIDE)
        ):
            yield LINKS
