"""Layouts of the birth registrations workbooks, the newest first."""

from __future__ import annotations

from assets.producers.ons.workbooks.layout import (  # noqa: F401 - the whole vocabulary, for descriptions to come
    EditionLayout,
    TableLayout,
    count,
    flag,
    ignored,
    label,
    other,
    rate,
    spacer,
)

KEPT_IN = "LAYOUTS of assets/producers/ons/birth_registrations/layouts.py"


def _wordings(part: str) -> tuple[str, ...]:
    return (
        f"Area of usual residence ({part})",
        f"Area of usual residence of mother {part}",
        f"Area {part}",
        f"Area ({part})",
    )


_AREA = (
    label("Area of usual residence Code", "area_code", also=_wordings("Code")),
    label("Area of usual residence Name", "area_name", also=_wordings("Name")),
    label(
        "Area of usual residence Geography",
        "area_geography",
        also=_wordings("Geography"),
        optional=True,
    ),
)
REGISTRATION_TYPE = "registration_type"
_BIRTHS = (
    *_AREA,
    label("Sex", "sex"),
    label("Registration type", REGISTRATION_TYPE),
    count("Number of live births", also=("Live births",)),
    other("Crude Birth Rate (CBR)"),
    other("General Fertility Rate (GFR)"),
    other("Total Fertility Rate (TFR)"),
)
_STILLBIRTHS = (
    *_AREA,
    label("Age of Mother at birth (years)", "age_of_mother", also=("Age of mother",)),
    count("Number of live births", also=("Live births",)),
    count("Number of stillbirths", also=("Stillbirths",)),
    rate("Stillbirth rate"),
    flag("Unreliable indicator"),
)
_DEPRIVATION = (
    label("Country", "area_name"),
    label("IMD Decile", "imd_decile"),
    count("Live births", "Number of live births"),
    count("Stillbirths", "Number of stillbirths"),
    rate(
        "Stillbirth rate (stillbirths per 1,000 live births and stillbirths)",
        "Stillbirth rate",
        also=("Stillbirth rate",),
    ),
)

LAYOUTS: tuple[EditionLayout, ...] = (
    EditionLayout(
        name="birth registrations 2023",
        tables=(
            TableLayout("1", "Table_1", _BIRTHS),
            TableLayout("2", "Table_2", _STILLBIRTHS),
            TableLayout("9", "Table_9", _DEPRIVATION, required=False),
        ),
        verified=(2023,),
    ),
)
