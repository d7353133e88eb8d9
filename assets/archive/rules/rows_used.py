"""Rows of an extract that counts are made of, and why the others are left out."""

from __future__ import annotations

from collections.abc import Mapping

from assets.archive.dataset import ParsedExtract, Use

LEFT_OUT = "left_out "
"""Start of the metadata that say how many rows are not used; what follows is why."""


def rows_used(parsed: ParsedExtract, reasons: Mapping[str, str], *needed: str) -> Use:
    """Return the use of an extract whose metadata count the rows that are left out.

    Args:
        parsed: Staging rows and what the extract says of itself.
        reasons: Names of metadata that count rows left out, and why, in words that follow "rows".
        *needed: Sentences that say what else must arrive before a rate comes out.
    """
    rows = parsed.frame.drop_duplicates(["source_sheet", "source_row"])
    left = [
        (name.removeprefix(LEFT_OUT), int(number))
        for name, number in parsed.metadata.items()
        if name.startswith(LEFT_OUT)
    ]
    left += [(reason, int(parsed.metadata.get(name, "0"))) for name, reason in reasons.items()]
    return Use(len(rows), tuple((why, n) for why, n in left if n), needed)
