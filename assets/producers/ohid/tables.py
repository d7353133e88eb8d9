"""Staging tables of the OHID: typed cells under the producer's own names."""

from __future__ import annotations

from assets.schema.model import Layer, Table, text
from assets.schema.tables.staging import CELL, KEY, PROVENANCE, label

FINGERTIPS = Table(
    name="fingertips",
    layer=Layer.STAGING,
    grain="vintage × area × period × measured column of a Fingertips export",
    description="Cells of indicator exports of OHID Fingertips, one row per area however many "
    "parents repeat it; rows by deprivation or other categories are left out. Published values "
    "to compare with, never an input to rates.",
    key=KEY,
    may_be_empty=True,
    columns=(
        *PROVENANCE,
        text("indicator_id", "Fingertips number of the indicator, e.g. 92196", required=True),
        text("indicator_name", "Name of the indicator", required=True),
        text("area_code", "GSS code as sent", required=True),
        text("area_name", "Area name as sent", required=True),
        text("area_type", "Kind and vintage of the area as sent", required=True),
        text("sex", "Sex as sent, e.g. 'Persons'", required=True),
        text("age", "Age as sent, e.g. '<1 yr'", required=True),
        text(
            "period",
            "Three calendar years as sent, e.g. '2016 - 18'",
            required=True,
            pattern="[0-9]{4} - [0-9]{2}",
        ),
        label("value_note", "Note of the producer beside the value"),
        *CELL,
    ),
)

TABLES = (FINGERTIPS,)
