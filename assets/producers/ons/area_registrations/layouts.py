"""Layouts of the by-area workbooks of births and deaths (.xls), the newest first.

The producer stacks header rows and breaks their texts differently from year to year; joined from
top to bottom they are the same in most years. Births before 2013 stand on a sheet of another name.
"""

from __future__ import annotations

from assets.producers.ons.workbooks.layout import (  # noqa: F401 - the whole vocabulary, for descriptions to come
    ColumnLayout,
    EditionLayout,
    NotUsed,
    TableLayout,
    count,
    flag,
    ignored,
    label,
    other,
    rate,
    spacer,
)

DEATHS_KEPT_IN = "DEATHS of assets/producers/ons/area_registrations/layouts.py"
BIRTHS_KEPT_IN = "BIRTHS of assets/producers/ons/area_registrations/layouts.py"
CONTINUED_NAMES = tuple(
    f"{word} residence outside England and Wales where birth occurred in England and Wales"
    for word in ("Usual", "Normal")
)
_END = ("Note", "Source")
_BY_AGE = "live births of areas by age of mother; no deaths or stillbirths are printed beside them"
_HEALTH_AREAS = "by health areas, which are no areas of the registry"
_SEX = ("Persons", "Males", "Females")
_AREA = (
    # From 2015 on a column of GSS codes stands under the same header or none.
    label("Area of usual residence (code)", "area_code", also=("Area code",), optional=True),
    label(
        "Area of usual residence",
        "area_name",
        also=("Area of usual residence of mother", "Area of usual residence (name)", "Area name"),
    ),
)


def _rate_per(stage: str, *births: str) -> ColumnLayout:
    wordings = [f"{stage} mortality rate (per 1,000 {word})" for word in births]
    return rate(wordings[0], f"Rates | {stage} mortality rate", also=wordings[1:])


_DEATHS = (
    *_AREA,
    other(
        "Populations Number (thousands) All ages Persons",
        "Population | Persons",
        also=("Population Number (thousands) All ages Persons",),
    ),
    other("Males", "Population | Males"),
    other("Females", "Population | Females"),
    other("Deaths (numbers) All ages Persons", "Deaths (numbers) | All ages | Persons"),
    other("Males", "Deaths (numbers) | All ages | Males"),
    other("Females", "Deaths (numbers) | All ages | Females"),
    count("Infant (under 1 year)", "Deaths (numbers) | Infant (under 1 year)"),
    count("Neonatal (under 4 weeks)", "Deaths (numbers) | Neonatal (under 4 weeks)"),
    other(
        "Perinatal (stillbirths and deaths under 1 week)",
        "Deaths (numbers) | Perinatal (stillbirths and deaths under 1 week)",
        also=("Perinatal (stillbirths and deaths under 7 days)", "Perinatal"),
    ),
    other(
        "Rates Crude death rate (deaths per 1,000 population)",
        "Rates | Crude death rate",
        also=("Rates Crude rate (deaths per 1,000 population)",),
    ),
    *(
        other(
            f"Age-standardised mortality rate {sex}" if sex == "Persons" else sex,
            f"Rates | ASMR | {sex}",
        )
        for sex in _SEX
    ),
    _rate_per("Infant", "live births"),
    _rate_per("Neonatal", "live births"),
    _rate_per("Perinatal", "births and stillbirths", "live births and stillbirths"),
)
_BIRTHS = (
    *_AREA,
    other("Population Numbers (thousands) Total", "Population | Total"),
    other("Female", "Population | Female"),
    other("Females aged 15 to 44", "Population | Females aged 15 to 44"),
    count("Live Births Numbers All Total", "Live Births | All | Total"),
    other("Male", "Live Births | All | Male"),
    other("Female", "Live Births | All | Female"),
    other(
        "Within marriage / civil partnership",
        "Live Births | Within marriage / civil partnership",
        also=("Within marriage or civil partnership",),
    ),
    other(
        "Outside marriage / civil partnership Total",
        "Live Births | Outside marriage / civil partnership | Total",
        also=("Outside marriage or civil partnership Total",),
    ),
    other(
        "Joint registrations same address",
        "Live Births | Outside marriage / civil partnership | Joint registrations same address",
    ),
    other(
        "Joint registrations different address",
        "Live Births | Outside marriage / civil partnership | "
        "Joint registrations different address",
    ),
    other(
        "Sole registrations",
        "Live Births | Outside marriage / civil partnership | Sole registrations",
    ),
    other(
        "Rates Crude Live Birth Rate",
        "Rates | Crude Live Birth Rate",
        also=("Rates Crude Birth Rate (CBR): all births per 1,000 population of all ages",),
    ),
    other(
        "General Fertility Rate (GFR)",
        "Rates | General Fertility Rate (GFR)",
        also=("General Fertility Rate (GFR): all live births per 1,000 women aged 15 to 44",),
    ),
    other("Total Fertility Rate (TFR)", "Rates | Total Fertility Rate (TFR)"),
    other(
        "Percentages Percentage of live births outside marriage or civil partnership",
        "Percentages | Outside marriage or civil partnership",
        also=("Percentages Percentage outside marriage or civil partnership",),
    ),
    other("Percentage of live births under 2.5kg", "Percentages | Under 2.5kg"),
    other("Maternities Numbers Total", "Maternities | Total"),
    other("Rate Maternity Rate", "Maternities | Maternity Rate"),
)

DEATHS: tuple[EditionLayout, ...] = (
    EditionLayout(
        "deaths by area 2014",
        (TableLayout("1a", "Table 1a", _DEATHS, header_rows=5, end_texts=_END),),
        italic_until=2012,
        verified=(2010, 2011, 2012),
        not_used=(
            NotUsed(("Table 1b",), _HEALTH_AREAS),
            NotUsed(("Table 2",), "deaths at all ages by sex; those of infants are in Table 1a"),
        ),
    ),
)
BIRTHS: tuple[EditionLayout, ...] = (
    EditionLayout(
        "births by area 2015",
        (TableLayout("1", "Table 1", _BIRTHS, header_rows=4, end_texts=_END),),
        verified=(2013, 2014, 2015, 2016),
        not_used=(NotUsed(("Table 2",), _BY_AGE),),
    ),
    EditionLayout(
        "births by area 2011",
        (TableLayout("1a", "Table 1a", _BIRTHS, header_rows=4, end_texts=_END),),
        verified=(2010, 2011, 2012),
        not_used=(
            NotUsed(("Table 1b", "Table 2b"), _HEALTH_AREAS),
            NotUsed(("Table 2a",), _BY_AGE),
        ),
    ),
)
