"""Describe a Fingertips file that no dataset takes, in words for a person."""

from __future__ import annotations

from collections.abc import Sequence

from assets.producers.ohid.fingertips.read import INFANT_MORTALITY, bare, is_renamed_header


def describe_text(_start: str, rows: Sequence[Sequence[str]]) -> tuple[str, str] | None:
    """Return what a text is, and what to do; ``None`` where it is of another producer.

    Args:
        rows: Rows at the start of the file, as CSV.
    """
    header = [cell.strip() for cell in rows[0]] if rows else []
    if is_renamed_header(header) or "Indicator ID" in header:
        return _fingertips(header, rows[1:])
    return None


def _fingertips(header: Sequence[str], rows: Sequence[Sequence[str]]) -> tuple[str, str]:
    at = next(i for i, cell in enumerate(header) if bare(cell) == bare("Indicator ID"))
    found = sorted({row[at] for row in rows if len(row) == len(header)})
    indicators = ", ".join(found)
    what = (
        f"an export of OHID Fingertips, indicator {indicators}"
        if found
        else ("an export of OHID Fingertips without rows")
    )
    ask = (
        "Save https://fingertips.phe.org.uk/api/all_data/csv/by_indicator_id?indicator_ids="
        f"{INFANT_MORTALITY}&child_area_type_id=501&parent_area_type_id=15 as it comes."
    )
    if found and INFANT_MORTALITY not in found:
        return what, f"Only indicator {INFANT_MORTALITY} (infant mortality rate) is taken. {ask}"
    return (
        f"{what}, with renamed columns ({header[1] or header[0]!r} …), as scripts and R packages "
        "write them",
        f"Its rows may have been changed as well. {ask}",
    )
