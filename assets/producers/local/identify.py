"""Which dataset a file belongs to, by its content."""

from __future__ import annotations

from pathlib import Path

from assets.archive.container import sniff
from assets.archive.errors import ExtractError
from assets.producers.local.counts_csv import read_lines
from assets.producers.local.grammar import COUNTS


def identify(path: Path) -> str | None:
    """Return the dataset that a CSV with the header of the local format fits, else ``None``.

    A file whose only area is the nation and whose only count is maternal deaths is the national
    series. The file is not judged: its parser may still refuse it.
    """
    if sniff.content_type(path) != sniff.TEXT:
        return None
    try:
        lines = list(read_lines(path))
    except ExtractError:
        return None
    counts = {name for line in lines for name in line.cells if name in COUNTS}
    if {line.cells["area"] for line in lines} == {"US"} and counts == {"maternal_deaths"}:
        return "nchs_maternal_deaths"
    return "local_area_counts"
