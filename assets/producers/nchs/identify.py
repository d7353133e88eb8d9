"""Which dataset a file belongs to, by its content."""

from __future__ import annotations

import zipfile
from pathlib import Path

from assets.archive.container import sniff
from assets.archive.errors import ExtractError
from assets.producers.nchs.soda.layouts import fitting_layout
from assets.producers.nchs.soda.records import load
from assets.producers.nchs.text_source import read_text
from assets.producers.nchs.wonder.answer import as_export
from assets.producers.nchs.wonder.footer import is_separator, parse_footer
from assets.producers.nchs.wonder.layout import kind_of
from assets.producers.nchs.wonder.read import DATASET_OF_KIND, EXPECTED
from assets.producers.nchs.wonder.resaved import as_printed


def identify(path: Path) -> str | None:
    """Return the dataset that the content of a file fits, ``None`` where none does.

    A CDC WONDER export is known by the Dataset line of its footer, an extract of data.cdc.gov by
    its column names. The file is not judged: its parser may still refuse it.
    """
    try:
        if sniff.content_type(path) == sniff.TEXT:
            kind = _wonder_kind(path)
            if kind is not None:
                return DATASET_OF_KIND[kind]
        layout = fitting_layout(load(path, EXPECTED).names)
    except (ExtractError, OSError, zipfile.BadZipFile):
        return None
    return layout.dataset_id if layout else None


def _wonder_kind(path: Path) -> str | None:
    text, _ = as_printed(as_export(read_text(path, EXPECTED, is_separator), path.name))
    lines = text.split("\n")
    end = next((i for i, line in enumerate(lines) if is_separator(line)), None)
    return None if end is None else kind_of(parse_footer(lines[end:]).database_label)
