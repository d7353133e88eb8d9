"""Layouts of the birth registrations workbooks, the newest first."""

from __future__ import annotations

from assets.producers.ons.workbooks.layout import (  # noqa: F401 - the whole vocabulary, for descriptions to come
    EditionLayout,
    NotUsed,
    TableLayout,
    count,
    flag,
    ignored,
    label,
    of,
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
REGISTRATION_TYPE, FATHERS_AGE = "registration_type", "age_of_father"
LIVE_BIRTHS, STILLBIRTHS = "Number of live births", "Number of stillbirths"
_MOTHERS_AGE = label("Age of Mother at birth (years)", "age_of_mother", also=("Age of mother",))
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
    _MOTHERS_AGE,
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

_BY_REGISTRATION = (
    label("Year", "year"),
    label("Country", "area_name"),
    label("Registration type", REGISTRATION_TYPE),
    _MOTHERS_AGE,
    label("Age of Father at birth (years)", FATHERS_AGE),
    ignored("Maternities"),
    count("Live births", LIVE_BIRTHS),
    count("Stillbirths", STILLBIRTHS),
)
_BY_MULTIPLICITY = (
    label("Multiplicity", "plurality"),
    _MOTHERS_AGE,
    label("Number of previous live-born children", "previous_children"),
    ignored("Maternities"),
    ignored("Multiple maternity rate"),
    ignored("Unreliable indicator Multiple maternity rate"),
    of(count("Live birth Male", LIVE_BIRTHS), "male", sex="Male"),
    of(count("Live birth Female", LIVE_BIRTHS), "female", sex="Female"),
    of(count("Stillbirth Male", STILLBIRTHS), "male", sex="Male"),
    of(count("Stillbirth Female", STILLBIRTHS), "female", sex="Female"),
)

LAYOUTS: tuple[EditionLayout, ...] = (
    EditionLayout(
        name="birth registrations 2023",
        tables=(
            TableLayout("1", "Table_1", _BIRTHS),
            TableLayout("2", "Table_2", _STILLBIRTHS),
            TableLayout("6", "Table_6", _BY_REGISTRATION, required=False),
            TableLayout("7", "Table_7", _BY_MULTIPLICITY, required=False),
            TableLayout("9", "Table_9", _DEPRIVATION, required=False),
        ),
        verified=(2023,),
        not_used=(
            NotUsed(
                ("Table_3", "Table_4", "Table_8"),
                "they count maternities, and no measure is made of these",
            ),
            NotUsed(
                ("Table_5",),
                "by single years of age of both parents, whose births Tables 6 and 7 print by "
                "groups of ages",
            ),
            NotUsed(
                ("Table_10",),
                "the live births by age of mother that Table 6 prints, with rates of fertility",
            ),
            NotUsed(("Table_11",), "mean ages of parents, which count nothing"),
            NotUsed(("Table_12",), "live births by day; no deaths are printed by day"),
        ),
    ),
)
