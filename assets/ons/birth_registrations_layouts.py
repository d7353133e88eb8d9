"""Layouts of the birth registrations workbooks, the newest first."""

from __future__ import annotations

from assets.ons.layout import (  # noqa: F401 - the whole vocabulary, for descriptions to come
    EditionLayout,
    TableLayout,
    count,
    flag,
    ignored,
    label,
    other,
    rate,
    spacer,
    symbols,
)

KEPT_IN = "LAYOUTS of assets/ons/birth_registrations_layouts.py"

_AREA = (
    label("Area of usual residence Code", "area_code"),
    label("Area of usual residence Name", "area_name"),
    label("Area of usual residence Geography", "area_geography"),
)
REGISTRATION_TYPE = "registration_type"
_BIRTHS = (
    *_AREA,
    label("Sex", "sex"),
    label("Registration type", REGISTRATION_TYPE),
    count("Number of live births"),
    other("Crude Birth Rate (CBR)"),
    other("General Fertility Rate (GFR)"),
    other("Total Fertility Rate (TFR)"),
)
_STILLBIRTHS = (
    *_AREA,
    label("Age of Mother at birth (years)", "age_of_mother"),
    count("Number of live births"),
    count("Number of stillbirths"),
    rate("Stillbirth rate"),
    flag("Unreliable indicator"),
)

LAYOUTS: tuple[EditionLayout, ...] = (
    EditionLayout(
        name="birth registrations 2023",
        editions=(2022, 2023, 2024),
        tables=(
            TableLayout("1", "Table_1", _BIRTHS),
            TableLayout("2", "Table_2", _STILLBIRTHS),
        ),
        symbols=symbols(("[x]", "[z]", "[low]"), ("[u]",)),
        verified=(2023,),
    ),
)
