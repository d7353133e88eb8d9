"""Reading a raw file with the parser of its dataset; whatever goes wrong is one kind of error."""

from __future__ import annotations

from pathlib import Path

from assets.archive.container import sniff
from assets.archive.container.guard import guard
from assets.archive.dataset import Dataset, ParsedExtract
from assets.archive.errors import ExtractError


def read(dataset: Dataset, file: Path, *, judged: bool = False) -> ParsedExtract:
    """Parse a file after checking its size, its type by content and its container.

    Args:
        dataset: Dataset that the file is offered to.
        file: The file.
        judged: The same bytes have passed the check of the container before.

    Raises:
        ExtractError: The file is unsafe or of another type, or its parser refuses it; a parser
            that fails in an unforeseen way is reported the same way, with the exception named.
    """
    kind = sniff.content_type(file) if judged else guard(file)
    if kind not in dataset.file_types:
        raise ExtractError(
            rule="INTAKE-TYPE",
            seen=f"a file whose content is {kind}",
            expected=f"{' or '.join(dataset.file_types)} for {dataset.dataset_id}",
            remedy="Open the file: an error page or an interrupted download is often saved under "
            "the right name. Fetch it again, or name another --dataset.",
            file=file.name,
        )
    try:
        return dataset.parse(file)
    except ExtractError:
        raise
    except Exception as error:
        raise ExtractError(
            rule="INTAKE-UNREADABLE",
            seen=f"{type(error).__name__}: {error}",
            expected=f"a readable extract of {dataset.dataset_id}",
            remedy="The file is damaged or of an edition that has no layout yet. Fetch it again; "
            "if it opens by hand, describe its layout.",
            file=file.name,
        ) from error
