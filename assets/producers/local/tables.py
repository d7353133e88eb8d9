"""Staging tables of the supplied counts: typed cells under the producer's own names."""

from __future__ import annotations

from assets.schema.codes import STRATA
from assets.schema.model import Layer, Table, number, text
from assets.schema.tables.staging import CELL, KEY, PROVENANCE, label

LOCAL_COUNTS = Table(
    name="local_counts",
    layer=Layer.STAGING,
    grain="vintage × row × count column of a local CSV extract",
    description="Counts by area and year that arrive as plain CSV: extracts of health departments "
    "and national figures copied from reports (docs/local_extracts.md).",
    key=KEY,
    may_be_empty=True,
    columns=(
        *PROVENANCE,
        text("area", "Code of the geography registry, e.g. 'US-MO' or '29069'", required=True),
        text("year", "Calendar year", required=True, pattern="[0-9]{4}"),
        text(
            "stratum_type",
            "Characteristic that the row is split by; 'all' for the total",
            required=True,
            allowed=("all", *STRATA),
        ),
        text("stratum", "Group of that characteristic; 'all' for the total", required=True),
        label("note", "Note of the supplier beside the row"),
        number(
            "value", "Number in the cell; null where the cell is not a number", may_be_all_null=True
        ),
        CELL[1],
    ),
)

TABLES = (LOCAL_COUNTS,)
