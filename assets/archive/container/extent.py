"""Measure how far the cells of a sheet reach, because readers allocate that rectangle.

A sheet is judged when it is read, so that one that nobody reads refuses nothing.
"""

from __future__ import annotations

import re
import zipfile
from io import BytesIO
from xml.etree import ElementTree

MAX_CELLS = 2_000_000
BOOK = "xl/workbook.xml"
_ROOT = "_rels/.rels"
_RELATIONS = "xl/_rels/workbook.xml.rels"
# Cells as every common program writes them, those left out that hold nothing: readers skip them.
_PLAIN = re.compile(rb'<c r="([A-Za-z]{1,3})([0-9]{1,7})"(?:[^>]*[^/>])?>(?!</c>)')
_NOT_PLAIN = re.compile(rb'<(?:row|c)(?=[\s/>])(?! r="[A-Za-z]{0,3}[0-9]{1,7}")')
_PREFIXED = re.compile(rb":(?:row|c)(?=[\s/>])")
# Up to row 1999 and column ZZ (702), or up to row 69999 and column Z, are less than MAX_CELLS.
_NOT_WITHIN = (
    re.compile(rb'<(?:row|c)(?=[\s/>])(?! r="[A-Za-z]{0,2}1?[0-9]{1,3}")'),
    re.compile(rb'<(?:row|c)(?=[\s/>])(?! r="[A-Za-z]?[0-6]?[0-9]{1,4}")'),
)
_REFERENCE = re.compile(r"\s*([A-Za-z]*)([0-9]*)\s*")


def sheet_members(archive: zipfile.ZipFile) -> dict[str, str]:
    """Return the archive member of every sheet, by the name of the sheet.

    Raises:
        ElementTree.ParseError: The list of sheets is no XML.
        KeyError: There is no list of sheets.
        ValueError: Readers are sent to another workbook in the same container.
    """
    # The strict form of the format has other namespaces, so names are compared without theirs.
    if _ROOT in archive.NameToInfo:
        for element in _elements(archive, _ROOT, "Relationship"):
            target = element.get("Target", "").lstrip("/")
            if element.get("Type", "").endswith("/officeDocument") and target != BOOK:
                raise ValueError(f"its workbook is {target!r}, not {BOOK!r}")
    relations = {
        element.get("Id"): element.get("Target", "")
        for element in _elements(archive, _RELATIONS, "Relationship")
    }
    members: dict[str, str] = {}
    for element in _elements(archive, BOOK, "sheet"):
        identifier = next((v for name, v in element.items() if name.endswith("}id")), None)
        target = relations.get(identifier, "")
        inside = target.startswith(("/", "xl/"))
        name = element.get("name", "")
        members.setdefault(name, target.lstrip("/") if inside else f"xl/{target}")
    return members


def _elements(archive: zipfile.ZipFile, member: str, name: str) -> list[ElementTree.Element]:
    # Element trees of this interpreter bound the expansion of entities.
    root = ElementTree.fromstring(archive.read(member))  # noqa: S314
    return [element for element in root.iter() if element.tag.rpartition("}")[2] == name]


def too_far(content: bytes) -> tuple[int, int] | None:
    """Return rows and columns that the cells of a sheet span if they are too many, else ``None``.

    Rows and cells that hold nothing, such as a last row of a formatted column, span nothing.

    Args:
        content: The sheet as XML.

    Raises:
        ElementTree.ParseError: The content is no XML.
    """
    if b"\x00" in content or _PREFIXED.search(content) is not None:
        height, width = _parsed_extent(content)
    elif any(pattern.search(content) is None for pattern in _NOT_WITHIN):
        return None
    elif _NOT_PLAIN.search(content) is not None:
        height, width = _parsed_extent(content)
    else:
        found = set(_PLAIN.findall(content))
        height = max((int(row) for _, row in found), default=0)
        width = max((_column(letters.decode()) for letters, _ in found), default=0)
    return (height, width) if height * width > MAX_CELLS else None


def _parsed_extent(content: bytes) -> tuple[int, int]:
    """Return the extent where cells may leave their reference out: they follow each other then."""
    height = width = row = column = 0
    parsed = ElementTree.iterparse(BytesIO(content), events=("start", "end"))  # noqa: S314
    for event, element in parsed:
        name = element.tag.rpartition("}")[2]
        if event == "end":
            if name == "c" and len(element):
                height, width = max(height, row + 1), max(width, column)
            row += name == "row"
            if name in ("row", "c"):
                element.clear()
            continue
        if name not in ("row", "c"):
            continue
        match = _REFERENCE.fullmatch(element.get("r", ""))
        letters, digits = match.groups() if match else ("", "")
        row = int(digits) - 1 if digits else row
        column = 0 if name == "row" else _column(letters) if letters else column + 1
    return height, width


def _column(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
