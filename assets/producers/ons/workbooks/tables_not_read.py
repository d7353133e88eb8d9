"""Tables and rows of a workbook that are not used although they are described, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from assets.archive.dataset import ParsedExtract
from assets.archive.errors import ExtractError

NOT_READ = "tables_not_read"
"""Member of the metadata that names them."""


def cannot_be_read(number: str, error: ExtractError) -> str:
    """Return in words, with row and sheet, why a table cannot be read."""
    row = "" if error.row is None else f" in row {error.row}"
    return f"{number}: {error.seen}{row} of sheet {error.sheet!r}"


def named(told: Sequence[str]) -> dict[str, str]:
    """Return the metadata that names what is not used; nothing where all of it is."""
    return {NOT_READ: "; ".join(told)} if told else {}


def without(parsed: ParsedExtract, dropped: pd.Series[bool], told: Sequence[str]) -> ParsedExtract:
    """Return an extract without some rows, which are named beside what was not used before."""
    before = parsed.metadata.get(NOT_READ)
    return replace(
        parsed,
        frame=parsed.frame[~dropped].reset_index(drop=True),
        metadata={**parsed.metadata, **named([*([before] if before else []), *told])},
    )
