"""What staging tables have in common: typed cells under the producer's own names.

Every producer declares its tables in ``assets/producers/<producer>/tables.py``.

Every staging table is long: one row per measured cell of an extract, beside the labels of its row.
No recoding happens here; ``raw_text`` keeps the text of every cell that is not a number.
"""

from __future__ import annotations

from assets.schema.model import Column, integer, number, text

PROVENANCE: tuple[Column, ...] = (
    text("dataset_id", "Dataset of the extract catalogue", required=True),
    text(
        "vintage_id",
        "Vintage that the cell was read from: dataset and start of its checksum",
        required=True,
    ),
    text(
        "source_sheet",
        "Sheet, archive member or page of the extract; empty for one-sheet files",
        required=True,
    ),
    integer("source_row", "Row in that sheet or file, counted from 1", required=True, minimum=1),
    text("source_column", "Header of the measured column as the producer prints it", required=True),
)
CELL: tuple[Column, ...] = (
    number(
        "value", "Number in the cell; null where the cell is not a number", may_be_all_null=False
    ),
    text("raw_text", "Text of the cell where it is not a plain number", may_be_all_null=True),
)
KEY = ("vintage_id", "source_sheet", "source_row", "source_column")


def label(name: str, description: str) -> Column:
    """Return a column of text that an extract may leave empty."""
    return text(name, description, may_be_all_null=True)


def pair(name: str, description: str, code: str) -> tuple[Column, Column]:
    """Return the columns of one grouping: its label as printed and the code beside it."""
    return (
        label(name, f"{description} as printed"),
        label(f"{name}_code", f"Code beside it, {code}"),
    )
