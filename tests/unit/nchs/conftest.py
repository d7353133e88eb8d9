"""Hand-written extracts, one quirk at a time."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.unit.nchs.exports import FOOTER, HEADER, ROWS


@pytest.fixture
def wonder_file(tmp_path: Path) -> Callable[..., Path]:
    """Write an export; every part can be replaced."""

    def write(
        rows: tuple[str, ...] = ROWS,
        header: str = HEADER,
        footer: tuple[str, ...] = FOOTER,
        line_end: str = "\n",
        encoding: str = "ascii",
        name: str = "export.txt",
        replace: tuple[tuple[str, str], ...] = (),
    ) -> Path:
        text = "\n".join((header, *rows, *footer))
        for old, new in replace:
            assert old in text, f"the quirk cannot be made: no {old!r}"
            text = text.replace(old, new)
        path = tmp_path / name
        path.write_bytes(text.replace("\n", line_end).encode(encoding))
        return path

    return write


@pytest.fixture
def extract(tmp_path):
    def write(content, name="extract.json"):
        path = tmp_path / name
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        return path

    return write
