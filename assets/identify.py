"""Which dataset a file belongs to, by its content."""

from __future__ import annotations

from pathlib import Path

from assets.archive import sniff
from assets.archive.errors import ExtractError
from assets.catalogue import DATASETS
from assets.local.identify import identify as identify_local
from assets.nchs.identify import identify as identify_nchs
from assets.ons.identify import identify as identify_ons

_READ_BYTES = 512


def identify(path: Path) -> str | None:
    """Return the dataset id of a file, or ``None`` where no producer recognises it."""
    for recognise in (identify_nchs, identify_ons, identify_local):
        try:
            found = recognise(path)
        except ExtractError:
            continue
        if found is not None:
            return found
    return None


def describe_unknown(path: Path) -> tuple[str, str]:
    """Return what was seen of a file that no producer recognises, and what to do.

    The second sentence names the datasets whose extracts have that type of content.
    """
    kind = sniff.content_type(path)
    seen = f"a file of {path.stat().st_size:,} bytes whose content is {kind}"
    if kind in (sniff.TEXT, sniff.JSON, sniff.HTML):
        with path.open("rb") as handle:
            start = handle.read(_READ_BYTES).decode("utf-8", errors="replace")
        first = next((line.strip() for line in start.splitlines() if line.strip()), "")
        seen += f", starting with {first[:80]!r}"
    fitting = [d.dataset_id for d in DATASETS if kind in d.file_types]
    if not fitting:
        return seen, (
            "No dataset has extracts of that type: an error page or a picture was saved. Export "
            "or download it again; imr ingest --list shows how."
        )
    return seen, (
        f"Content of that type fits --dataset {', '.join(fitting)}. A CDC WONDER export needs its "
        "footer from the line '---' on, a workbook its title rows, a Nomis answer all its "
        "columns. If it is one of these, run: imr ingest FILE --dataset NAME"
    )
