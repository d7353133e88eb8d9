"""Layouts of the by-area workbooks of births and deaths (.xls), the newest first.

The producer stacks header rows and breaks their texts differently from year to year; joined from
top to bottom they are the same in most years. A variant is named after the first edition known to
use its wording.
"""

from __future__ import annotations

from assets.ons.layout import (  # noqa: F401 - the whole vocabulary, for descriptions to come
    ColumnLayout,
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

DEATHS_KEPT_IN = "DEATHS of assets/ons/area_registrations_layouts.py"
BIRTHS_KEPT_IN = "BIRTHS of assets/ons/area_registrations_layouts.py"
_PER_1000 = "rate (per 1,000"
_OUTSIDE = ("Usual residence outside England and Wales where birth occurred in England and Wales",)
CONTINUED_NAMES = _OUTSIDE
_END = ("Note", "Source")
_YEARS = tuple(range(2010, 2019))
_ITALIC_YEARS = (2010, 2011, 2012)
_SEX = ("Persons", "Males", "Females")


def _deaths(population: str, crude: str, perinatal_births: str) -> tuple[ColumnLayout, ...]:
    """Return the columns of Table 1a of the deaths workbook in one wording."""
    first = "All ages Persons"
    standardised = "Age-standardised mortality rate"
    return (
        label("Area of usual residence", "area_name"),
        other(f"{population} Number (thousands) {first}", "Population | Persons"),
        other("Males", "Population | Males"),
        other("Females", "Population | Females"),
        count(f"Deaths (numbers) {first}", "Deaths (numbers) | All ages | Persons"),
        count("Males", "Deaths (numbers) | All ages | Males"),
        count("Females", "Deaths (numbers) | All ages | Females"),
        count("Infant (under 1 year)", "Deaths (numbers) | Infant (under 1 year)"),
        count("Neonatal (under 4 weeks)", "Deaths (numbers) | Neonatal (under 4 weeks)"),
        count(
            "Perinatal (stillbirths and deaths under 1 week)",
            "Deaths (numbers) | Perinatal (stillbirths and deaths under 1 week)",
        ),
        other(f"Rates {crude} rate (deaths per 1,000 population)", "Rates | Crude death rate"),
        *(
            other(f"{standardised} {sex}" if sex == "Persons" else sex, f"Rates | ASMR | {sex}")
            for sex in _SEX
        ),
        rate(f"Infant mortality {_PER_1000} live births)", "Rates | Infant mortality rate"),
        rate(f"Neonatal mortality {_PER_1000} live births)", "Rates | Neonatal mortality rate"),
        rate(
            f"Perinatal mortality {_PER_1000} {perinatal_births} and stillbirths)",
            "Rates | Perinatal mortality rate",
        ),
    )


_BIRTHS = (
    spacer(),
    label("Area of usual residence", "area_name"),
    other("Population Numbers (thousands) Total", "Population | Total"),
    other("Female", "Population | Female"),
    other("Females aged 15 to 44", "Population | Females aged 15 to 44"),
    count("Live Births Numbers All Total", "Live Births | All | Total"),
    count("Male", "Live Births | All | Male"),
    count("Female", "Live Births | All | Female"),
    count(
        "Within marriage / civil partnership",
        "Live Births | Within marriage / civil partnership",
    ),
    count(
        "Outside marriage / civil partnership Total",
        "Live Births | Outside marriage / civil partnership | Total",
    ),
    count(
        "Joint registrations same address",
        "Live Births | Outside marriage / civil partnership | Joint registrations same address",
    ),
    count(
        "Joint registrations different address",
        "Live Births | Outside marriage / civil partnership | "
        "Joint registrations different address",
    ),
    count(
        "Sole registrations",
        "Live Births | Outside marriage / civil partnership | Sole registrations",
    ),
    other("Rates Crude Live Birth Rate", "Rates | Crude Live Birth Rate"),
    other("General Fertility Rate (GFR)", "Rates | General Fertility Rate (GFR)"),
    other("Total Fertility Rate (TFR)", "Rates | Total Fertility Rate (TFR)"),
    other(
        "Percentages Percentage of live births outside marriage or civil partnership",
        "Percentages | Outside marriage or civil partnership",
    ),
    other("Percentage of live births under 2.5kg", "Percentages | Under 2.5kg"),
    count("Maternities Numbers Total", "Maternities | Total"),
    other("Rate Maternity Rate", "Maternities | Maternity Rate"),
)
# From 2015 the first column holds GSS codes; its header was not at hand, so a blank one is taken.
_BIRTHS_CODED = (label("", "area_code"), *_BIRTHS[1:])


def _deaths_table(*wording: str) -> tuple[TableLayout, ...]:
    return (TableLayout("1a", "Table 1a", _deaths(*wording), header_rows=5, end_texts=_END),)


def _births_table(sheet: str, columns: tuple[ColumnLayout, ...]) -> tuple[TableLayout, ...]:
    number = sheet.removeprefix("Table ")
    return (TableLayout(number, sheet, columns, header_rows=4, end_texts=_END),)


DEATHS: tuple[EditionLayout, ...] = (
    EditionLayout(
        "deaths by area 2014",
        _YEARS,
        _deaths_table("Populations", "Crude death", "births"),
        symbols(("-", ":", "..", "z", "u", "~")),
        glued_footnotes=True,
        verified=(2014,),
    ),
    EditionLayout(
        "deaths by area 2012",
        _YEARS,
        _deaths_table("Population", "Crude death", "live births"),
        symbols(("-", ":", "..", "*", "z", "u", "~")),
        glued_footnotes=True,
        italic_rates=_ITALIC_YEARS,
        verified=(2012, 2013),
    ),
    EditionLayout(
        "deaths by area 2011",
        _YEARS,
        _deaths_table("Population", "Crude", "live births"),
        symbols(("-", ":", "..", "*")),
        glued_footnotes=True,
        italic_rates=_ITALIC_YEARS,
        verified=(2011,),
    ),
)
BIRTHS: tuple[EditionLayout, ...] = (
    EditionLayout(
        "births by area 2015",
        (2015, 2016, 2017, 2018),
        _births_table("Table 1", _BIRTHS_CODED),
        symbols(("-", ":", "..", "z", "u", "~")),
        glued_footnotes=True,
    ),
    EditionLayout(
        "births by area 2013",
        (2013, 2014),
        _births_table("Table 1", _BIRTHS),
        # The 2013 edition prints '40..7' for a percentage of the London borough of Bromley.
        symbols(("-", ":", ".."), misprints=("40..7",)),
        glued_footnotes=True,
        verified=(2013, 2014),
    ),
    EditionLayout(
        "births by area 2011",
        (2010, 2011, 2012),
        _births_table("Table 1a", _BIRTHS),
        symbols(("-", ":", "..")),
        glued_footnotes=True,
        verified=(2011, 2012),
    ),
)
