"""Child mortality (death cohort) workbooks read into ``staging.ons_child_mortality``."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from assets.archive.dataset import ParsedExtract
from assets.archive.errors import ExtractError
from assets.ons import child_mortality_layouts, text
from assets.ons.child_mortality_layouts import KEPT_IN
from assets.ons.layout import EditionLayout
from assets.ons.locate import PlacedTable, place
from assets.ons.rows import DataRows, checked_names, keyed_rows
from assets.ons.staged import StagedCells
from assets.ons.workbook import Workbook
from assets.schema.tables.staging import ONS_CHILD_MORTALITY

_DECILES = ("Total", *map(str, range(1, 11)))
_SEXES = ("All", "Male", "Female")
UNLINKED = "Unlinked deaths"
_ANY_WEIGHT = ("All", UNLINKED)
_MOTHERS_AGES = (
    "All", "<20", "20-24", "25-29", "30-34", "35-39", "40 & over", "Not stated", UNLINKED,
)  # fmt: skip
_EXPECTED = {
    "imd_decile": "'Total' or a decile from 1 to 10",
    "sex": "one of " + ", ".join(map(repr, _SEXES)),
    "age_of_mother": "one of " + ", ".join(map(repr, _MOTHERS_AGES)),
}


def parse_child_mortality(
    path: Path, layouts: Sequence[EditionLayout] = child_mortality_layouts.LAYOUTS
) -> ParsedExtract:
    """Read a child mortality (death cohort) workbook: the tables that its edition describes.

    Args:
        path: The workbook, .xlsx or .xls.
        layouts: Descriptions of the editions, the newest first.

    Raises:
        ExtractError: No description fits (``details`` hold the drift), or a cell or row is not
            what the edition prints; names file, sheet, row and column.
    """
    placed = place(Workbook(path), layouts, KEPT_IN)
    staged = StagedCells(ONS_CHILD_MORTALITY)
    for table in placed.tables:
        rows, labels = _labelled(table, placed.edition)
        staged.add(
            rows,
            placed.layout.symbols,
            {
                "table_number": table.layout.number,
                "edition": str(placed.edition),
                "year": str(placed.edition),
                **labels,
            },
        )
    return ParsedExtract(
        staged.frame(),
        {
            **placed.described,
            "tables": ", ".join(table.layout.number for table in placed.tables),
        },
    )


def _labelled(
    table: PlacedTable, edition: int
) -> tuple[DataRows, dict[str, str | Sequence[str | None]]]:
    """Return the data rows of a table and what each is about."""
    names = {column.name for column in table.layout.columns}
    if "area_code" in names:
        rows = keyed_rows(table, "area_code", text.area_code)
        labels: dict[str, str | Sequence[str | None]] = {
            "area_code": rows.keys,
            "area_name": checked_names(rows, rows.label("area_name"), "area_name"),
        }
        if rows.has("area_geography"):
            kinds = rows.label("area_geography")
            cleaned = {kind: text.clean(kind) or None for kind in set(kinds)}
            labels["area_geography"] = [cleaned[kind] for kind in kinds]
        if rows.has("sex"):
            labels["sex"] = _listed(rows, "sex", _SEXES)
        return rows, labels
    if "birthweight" in names:
        rows = keyed_rows(table, "birthweight", lambda cell: text.clean(cell) or None)
        rows = rows.where([weight in _ANY_WEIGHT for weight in rows.keys])
        return rows, {"age_of_mother": _listed(rows, "age_of_mother", _MOTHERS_AGES)}
    rows = keyed_rows(table, "year", partial(text.year_label, latest=edition))
    labels = {"year": rows.keys}
    if rows.has("imd_decile"):
        labels["imd_decile"] = _listed(rows, "imd_decile", _DECILES)
    return rows, labels


def _listed(rows: DataRows, name: str, known: Sequence[str]) -> list[str]:
    """Return a label column whose texts are among those that the producer prints."""
    printed = rows.label(name)
    texts = [text.clean(cell) for cell in printed]
    for index, value in enumerate(texts):
        if value not in known:
            raise ExtractError(
                "ONS-KEY",
                f"{printed[index]!r}",
                _EXPECTED[name],
                "Fetch the workbook again and compare it with the producer's page.",
                rows.table.grid.file,
                rows.table.grid.sheet,
                rows.numbers[index],
                next(c.printed for c in rows.table.layout.columns if c.name == name),
            )
    return texts
