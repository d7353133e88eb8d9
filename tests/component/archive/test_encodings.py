"""What a spreadsheet saves as "Unicode text" is read as what it was, in every format of text."""

from __future__ import annotations

from pathlib import Path

import pytest
from pandas.testing import assert_frame_equal

from assets.archive.container import sniff
from assets.archive.dataset import Dataset
from assets.archive.samples import sample_extracts
from assets.producers.catalogue import DATASETS
from assets.producers.identify import identify
from assets.producers.nchs.wonder.footer import SEPARATOR


def texts() -> list[tuple[Dataset, Path]]:
    """Return the smallest bundled text of every dataset."""
    found = []
    for dataset in DATASETS:
        files = [f for f, _ in sample_extracts(dataset) if sniff.content_type(f) == sniff.TEXT]
        if files:
            found.append((dataset, min(files, key=lambda f: f.stat().st_size)))
    return found


@pytest.mark.parametrize(("dataset", "file"), texts(), ids=lambda v: getattr(v, "dataset_id", None))
def test_utf_16_is_the_same_extract(dataset: Dataset, file: Path, tmp_path: Path) -> None:
    saved = tmp_path / file.name
    text = file.read_text(encoding="utf-8-sig")
    saved.write_bytes(text.replace("\n", "\r\n").encode("utf-16"))
    assert identify(saved) == identify(file)
    assert_frame_equal(dataset.parse(saved).frame, dataset.parse(file).frame)


def test_an_export_of_wonder_with_dashes_of_windows_in_its_notes(tmp_path: Path) -> None:
    ((dataset, file),) = [t for t in texts() if t[0].dataset_id == "nchs_wonder_linked"]
    table, mark, notes = file.read_text(encoding="utf-8").partition(f'"{SEPARATOR}"')
    assert mark
    saved = tmp_path / file.name
    saved.write_bytes(f"{table}{mark}{notes}\n\u2013 more \u2013\n".encode("cp1252"))
    assert identify(saved) == dataset.dataset_id
    assert_frame_equal(dataset.parse(saved).frame, dataset.parse(file).frame)
