"""Child mortality (death cohort) workbooks read into ``staging.ons_child_mortality``."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from assets.archive.dataset import ParsedExtract
from assets.producers.ons.child_mortality.layouts import KEPT_IN, LAYOUTS
from assets.producers.ons.tables import ONS_CHILD_MORTALITY
from assets.producers.ons.workbooks import text
from assets.producers.ons.workbooks.layout import EditionLayout
from assets.producers.ons.workbooks.locate import LocatedTable, locate
from assets.producers.ons.workbooks.rows import (
    DataRows,
    keyed_rows,
    names_beside_codes,
    unknown_keys,
    unread_names,
)
from assets.producers.ons.workbooks.staged_cells import StagedCells
from assets.producers.ons.workbooks.workbook import Workbook

_DECILES = ("Total", *map(str, range(1, 11)))
_SEXES = ("All", "Male", "Female")
UNLINKED = "Unlinked deaths"
_ANY_WEIGHT = ("All", UNLINKED)
_MOTHERS_AGES = (
    "All", "<20", "20-24", "25-29", "30-34", "35-39", "40 & over", "Not stated", UNLINKED,
)  # fmt: skip
_OTHER_WORDS = {
    "persons": "All",
    "total": "All",
    "males": "Male",
    "females": "Female",
    "under 20": "<20",
    "40 and over": "40 & over",
    "40+": "40 & over",
    "all ages": "All",
}
"""Words of other editions, in lower case, for the labels above."""


def parse_child_mortality(path: Path, layouts: Sequence[EditionLayout] = LAYOUTS) -> ParsedExtract:
    """Read a child mortality (death cohort) workbook: the tables that its edition describes.

    Args:
        path: The workbook, .xlsx or .xls.
        layouts: Descriptions of the editions, the newest first.

    Raises:
        ExtractError: No description fits (``details`` hold the drift), or a cell or row is not
            what the edition prints; names file, sheet, row and column.
    """
    located = locate(Workbook(path), layouts, KEPT_IN)
    staged = StagedCells(ONS_CHILD_MORTALITY)
    unknown: list[str] = []
    unnamed: list[str] = []
    read: list[str] = []
    not_read = [located.not_read] if located.not_read else []
    for table in located.tables:
        rows, labels, strange = _labelled(table, located.edition)
        unknown += rows.left_out
        if rows.has("area_name"):
            labels["area_name"], damaged = names_beside_codes(rows)
            unnamed += damaged
        if strange and not table.layout.required:
            # A group that cannot be told would be lacking in the sums over its table.
            not_read.append(f"{table.layout.number}: unknown labels {strange}")
            continue
        read.append(table.layout.number)
        staged.add(
            rows,
            {
                "table_number": table.layout.number,
                "edition": str(located.edition),
                "year": str(located.edition),
                **labels,
            },
        )
    return ParsedExtract(
        staged.frame(),
        {
            **located.described,
            "tables": ", ".join(read),
            **({"tables_not_read": "; ".join(not_read)} if not_read else {}),
            **unknown_keys(unknown),
            **unread_names(unnamed),
        },
    )


def _labelled(
    table: LocatedTable, edition: int
) -> tuple[DataRows, dict[str, str | Sequence[str | None]], list[str]]:
    """Return the data rows of a table, what each is about beside its name, and unknown labels."""
    names = {column.name for column in table.layout.columns}
    known: Sequence[str]
    if "area_code" in names:
        rows = keyed_rows(table, "area_code", text.area_code)
        labels: dict[str, str | Sequence[str | None]] = {"area_code": rows.keys}
        if rows.has("area_geography"):
            kinds = rows.label("area_geography")
            cleaned = {kind: text.clean(kind) or None for kind in set(kinds)}
            labels["area_geography"] = [cleaned[kind] for kind in kinds]
        listed, known = "sex", _SEXES
    elif "birthweight" in names:
        rows = keyed_rows(table, "birthweight", lambda cell: text.clean(cell) or None)
        rows = rows.where([weight in _ANY_WEIGHT for weight in rows.keys])
        labels, listed, known = {}, "age_of_mother", _MOTHERS_AGES
    else:
        rows = keyed_rows(table, "year", partial(text.year_label, latest=edition))
        labels, listed, known = {"year": rows.keys}, "imd_decile", _DECILES
    if not rows.has(listed):
        return rows, labels, []
    printed = [_known(cell, known) for cell in rows.label(listed)]
    labels[listed] = printed
    return rows, labels, sorted({label for label in printed if label not in known})


def _known(cell: object, known: Sequence[str]) -> str:
    """Return a label in the words of :data:`known` where it is one of them."""
    label = text.clean(cell)
    other = _OTHER_WORDS.get(label.casefold(), label)
    return label if label in known or other not in known else other
