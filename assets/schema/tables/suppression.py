"""Released tables of how much is withheld: by window, and by kind of window."""

from __future__ import annotations

from assets.schema.codes import AREA_TYPES, WINDOW_TYPES
from assets.schema.model import Layer, Table, integer, number, text
from assets.schema.tables.shared_columns import MEASURE, WINDOW, WINDOW_KEY, series

_GEOGRAPHY_KEY = ("source_family", "measure", "area_type", "geography_vintage")
_GEOGRAPHY = (
    *series(area=False),
    MEASURE,
    text(
        "area_type",
        "Kind of area",
        required=True,
        allowed=(*AREA_TYPES, "english_local_authorities"),
    ),
    text("geography_vintage", "Boundary set", required=True),
)
_BIRTHS_SHOWN = number(
    "share_of_births_shown",
    "Births, or what else the rate divides by, of the cells shown / of those and the cells "
    "withheld here; what a producer withholds has no births and is left out",
    minimum=0,
    maximum=1,
    may_be_all_null=True,
)
_POLICY = text(
    "policy",
    "Policy that the statuses follow; definitions has it in words",
    required=True,
)

SUPPRESSION = Table(
    name="suppression",
    layer=Layer.PUBLISHED,
    grain="source_family × measure × area type × geography vintage × window",
    description="How many areas of each geography and window are withheld. Groups within an area, "
    "such as deprivation deciles, are not counted.",
    key=(*_GEOGRAPHY_KEY, *WINDOW_KEY),
    may_be_empty=True,
    columns=(
        *_GEOGRAPHY,
        *WINDOW,
        integer("cells", "Cells of that geography and window", required=True, minimum=1),
        integer("cells_shown", "Cells with a number", required=True, minimum=0),
        integer("cells_suppressed", "Cells withheld", required=True, minimum=0),
        integer("cells_unreliable", "Cells shown but unreliable", required=True, minimum=0),
        integer(
            "cells_without_figures",
            "Cells that are missing, incomplete or broken",
            required=True,
            minimum=0,
        ),
        number(
            "share_suppressed",
            "cells_suppressed / (cells_shown + cells_suppressed)",
            minimum=0,
            maximum=1,
            may_be_all_null=True,
        ),
        _BIRTHS_SHOWN,
        integer(
            "cells_no_rate",
            "Cells shown here on fewer events than the producer prints a rate for (ONS: 3)",
            required=True,
            minimum=0,
        ),
        number(
            "share_no_rate",
            "(cells_no_rate + cells_suppressed) / (cells_shown + cells_suppressed): results that "
            "the producer would withhold; NICE-03 of claims is that of english_local_authorities",
            minimum=0,
            maximum=1,
            may_be_all_null=True,
        ),
        _POLICY,
    ),
)

SUPPRESSION_BY_WINDOW = Table(
    name="suppression_by_window",
    layer=Layer.PUBLISHED,
    grain="source_family × measure × area type × geography vintage × kind of window × cells_of",
    description="How much of each geography can be shown by windows of one length, over all of its "
    "periods: areas alone, and areas with the groups within them.",
    key=(*_GEOGRAPHY_KEY, "window_type", "cells_of"),
    may_be_empty=True,
    columns=(
        *_GEOGRAPHY,
        text("window_type", "Kind of window", required=True, allowed=WINDOW_TYPES),
        text(
            "cells_of",
            "Which cells: of areas alone, or of areas and of all groups within them",
            required=True,
            allowed=("areas", "areas_and_groups"),
        ),
        integer("cells", "Cells, with or without a figure", required=True, minimum=1),
        integer("cells_shown", "Cells with a number", required=True, minimum=0),
        integer(
            "cells_withheld",
            "Cells withheld, small ones and those that would give these away together",
            required=True,
            minimum=0,
        ),
        number(
            "share_shown",
            "cells_shown / (cells_shown + cells_withheld)",
            required=True,
            minimum=0,
            maximum=1,
        ),
        _BIRTHS_SHOWN,
        _POLICY,
    ),
)
