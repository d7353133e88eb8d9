"""Tables of a workbook that are not read: declared as not used, or not described at all."""

from __future__ import annotations

import re
from collections import defaultdict

from assets.archive.rules.rows_used import LEFT_OUT
from assets.producers.ons.workbooks.layout import NotUsed
from assets.producers.ons.workbooks.locate import LocatedEdition
from assets.producers.ons.workbooks.text import sheet_key
from assets.producers.ons.workbooks.workbook import Workbook

NOT_DESCRIBED = "sheets_not_described"
_TABLE = re.compile(r"\d+[a-z]?")


def sheets_not_read(workbook: Workbook, located: LocatedEdition) -> dict[str, str]:
    """Return, for the metadata, how many rows of which tables are not used and why.

    A sheet whose name is no number of a table (cover, notes) is none of them. A table that the
    description neither reads nor declares is named.
    """
    layout = located.layout
    told = {sheet_key(table.sheet) for table in layout.tables}
    told |= {sheet_key(table.grid.sheet) for table in located.tables}
    declared = {sheet_key(sheet): reason for reason in layout.not_used for sheet in reason.sheets}
    left_out: dict[NotUsed, list[str]] = defaultdict(list)
    unknown = []
    for sheet in workbook.sheets:
        key = sheet_key(sheet)
        if key in told or not _TABLE.fullmatch(key):
            continue
        if key in declared:
            left_out[declared[key]].append(sheet)
        else:
            unknown.append(sheet)
    return {
        **{
            f"{LEFT_OUT}of sheet{'s' * (len(sheets) > 1)} {', '.join(sheets)}: {reason.why}": str(
                sum(_with_figures(workbook, sheet) for sheet in sheets)
            )
            for reason, sheets in left_out.items()
        },
        **({NOT_DESCRIBED: ", ".join(unknown)} if unknown else {}),
    }


def _with_figures(workbook: Workbook, sheet: str) -> int:
    rows = workbook.grid(sheet).rows
    return sum(any(type(cell) in (float, int) for cell in row) for row in rows)
