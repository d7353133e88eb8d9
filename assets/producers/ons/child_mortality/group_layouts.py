"""Layouts of the tables of births and deaths by a characteristic, as printed since 2020.

A ``source_column`` is the name of the measure, and after a comma what the column says of its rows.
"""

from __future__ import annotations

from assets.producers.ons.workbooks.layout import (
    YEARS,
    ColumnLayout,
    TableLayout,
    count,
    flag,
    ignored,
    label,
    of,
    other,
    rate,
)

IN_ENGLAND = r"^(?!.*\bwales\b).*\bengland\b"
IN_WALES = r"^(?!.*\bengland\b).*\bwales\b"
_CAUSE = label("Cause group", "cause_ons", also=("ONS cause group",))
_WEIGHT = label("Birthweight (grams)", "birth_weight")
_AGE = label("Mother's age", "age_of_mother")
_REGISTRATION = label("Marital status of mother/type of registration", "registration_type")
_CHILDREN = label("Number of previous children", "previous_children")
_PLACE = label("Place of delivery", "place_of_birth")
_ETHNICITY = label("Ethnic group", "ethnicity")
_WEEKS = label("Gestational age (weeks)", "gestation")
_COUNTS = (
    count("Live births"),
    count("Stillbirths"),
    count("Early neonatal deaths"),
    count("Neonatal deaths"),
    count("Postneonatal deaths"),
    count("Infant deaths"),
)


def _rates(*ages: str) -> tuple[ColumnLayout, ...]:
    """Return a rate and the column of its marks for each age at death."""
    columns: list[ColumnLayout] = []
    for age in ages:
        name = "Stillbirth rate" if age == "Stillbirth" else f"{age} mortality rate"
        columns += [rate(f"{name}s", name, also=(name,)), flag(f"{age} unreliable indicator")]
    return tuple(columns)


_ALL_RATES = _rates("Stillbirth", "Perinatal", "Neonatal", "Postneonatal", "Infant")


def _crossed(number: str, *labels: ColumnLayout, with_rates: bool = True) -> TableLayout:
    columns = (*labels, *_COUNTS, *(_ALL_RATES if with_rates else ()))
    return TableLayout(number, number, columns, required=False)


_CHAPTERS = (
    ignored("ICD-10 code"),
    label("Underlying cause group", "cause_icd_chapter"),
    *(
        column
        for sex in ("Male", "Female")
        for column in (
            other(f"{sex}s aged 28 days to 15 years"),
            other(f"{sex}s aged 1-5 months"),
            other(f"{sex}s aged 6-11 months"),
            # The first month ends after 28 days here: it is what is left of the column before.
            of(
                count(f"{sex}s aged 1-11 months", "Postneonatal deaths"),
                f"{sex.lower()}s aged 1-11 months",
                sex=sex,
            ),
            other(f"{sex}s aged 1-4 years"),
            other(f"{sex}s aged 5-9 years"),
            other(f"{sex}s aged 10-14 years"),
            other(f"{sex}s aged 1-15 years"),
        )
    ),
)
_BY_WEEK = (
    _WEEKS,
    count("Live births"),
    count("Stillbirths"),
    count("Early neonatal deaths"),
    count("Late neonatal deaths"),
    count("Postneonatal deaths"),
    count("Infant deaths"),
    *_rates("Stillbirth", "Early neonatal", "Late neonatal", "Postneonatal", "Infant"),
)
_ETHNIC_COUNTS = (
    count("Live births"),
    count("Stillbirths"),
    count("Neonatal deaths"),
    count("Infant deaths"),
    *_rates("Stillbirth", "Neonatal", "Infant"),
)
_ETHNIC_GROUPS = (
    "Bangladeshi",
    "Indian",
    "Pakistani",
    "Any other Asian background",
    "Black African",
    "Black Caribbean",
    "Any other Black background",
    "Mixed/ multiple",
    "Any Other ethnic group",
    "White British",
    "White Other",
    "Not Stated",
    "Unlinked deaths",
)
_BY_CAUSE_AND_ETHNICITY = (
    label("Year", "year"),
    _CAUSE,
    of(count("All infant deaths", "Infant deaths"), "all", ethnicity="All"),
    *(of(count(group, "Infant deaths"), group, ethnicity=group) for group in _ETHNIC_GROUPS),
)
_UNDER, _FROM = "Under 24 weeks", "24 weeks or over"
_UNKNOWN, _UNLINKED = "Not stated or inconsistent", "Unlinked deaths"


_HALVES = (
    ("under 24 weeks", _UNDER),
    ("24 weeks or over", _FROM),
    ("not stated", _UNKNOWN),
)


def _halves(measure: str, *, unlinked: str) -> tuple[ColumnLayout, ...]:
    """Return the counts of all, under 24 weeks, from 24 weeks and with unknown weeks."""
    columns = [of(count(f"Total {measure.lower()}", measure), "total", gestation="All")]
    columns += [
        of(count(f"{measure} {weeks}", measure), weeks, gestation=group) for weeks, group in _HALVES
    ]
    if unlinked:
        columns.append(of(count(unlinked, measure), "unlinked", gestation=_UNLINKED))
    return tuple(columns)


def _rates_of_halves(*, marks: bool) -> tuple[ColumnLayout, ...]:
    name, mark = "Neonatal mortality rate", "Neonatal unreliable indicator"
    columns = [of(rate(f"Total {name.lower()}", name), "total", gestation="All")]
    for weeks, group in _HALVES:
        columns.append(of(rate(f"{name} {weeks}", name), weeks, gestation=group))
        if marks:
            columns.append(of(flag(f"{weeks} unreliable indicator", mark), weeks, gestation=group))
    return tuple(columns)


def _two_halves(unlinked: str, unlinked_rate: str, *, marks: bool) -> tuple[ColumnLayout, ...]:
    """Return the columns of a nation's tables under and from 24 weeks."""
    rate_of_unlinked = other(unlinked_rate, "Neonatal mortality rate")
    return (
        label("Year", "year"),
        *_halves("Live births", unlinked=""),
        *_halves("Neonatal deaths", unlinked=unlinked),
        *_rates_of_halves(marks=marks),
        of(rate_of_unlinked, "unlinked", gestation=_UNLINKED),
    )


def _of_each_year(**about: str) -> tuple[ColumnLayout, ...]:
    """Return the columns that are repeated for every year, or for several years together."""
    return tuple(
        of(column, YEARS, year=YEARS, **about)
        for column in (
            count(f"Live births {YEARS}", "Live births"),
            count(f"Neonatal deaths {YEARS}", "Neonatal deaths"),
            rate(f"Neonatal mortality rate {YEARS}", "Neonatal mortality rate"),
            flag(f"Neonatal unreliable indicator {YEARS}", "Neonatal unreliable indicator"),
        )
    )


def _national(number: str, about: str, *columns: ColumnLayout) -> TableLayout:
    return TableLayout(number, number, columns, required=False, about=about)


def in_order(*tables: TableLayout) -> tuple[TableLayout, ...]:
    """Return tables by their number."""
    return tuple(sorted(tables, key=lambda table: int(table.number)))


GROUP_TABLES: tuple[TableLayout, ...] = (
    _crossed("4", _CAUSE, _WEIGHT, with_rates=False),
    _crossed("5", _CAUSE, _AGE, with_rates=False),
    _crossed("6", _CAUSE, _REGISTRATION, with_rates=False),
    _crossed("7", _CAUSE, _CHILDREN, with_rates=False),
    TableLayout("8", "8", _CHAPTERS, required=False),
    _crossed("9", label("Year", "year"), _WEIGHT, with_rates=False),
    _crossed("10", _WEIGHT, _AGE),
    _crossed("11", _WEIGHT, label("Mother's country of birth", "country_of_birth_of_mother")),
    _crossed(
        "12", _WEIGHT, label("Type of registration and Socio-economic Classification", "ns_sec")
    ),
    _crossed("13", _PLACE, _WEIGHT),
    _crossed("14", _AGE, _REGISTRATION),
    _crossed("15", _AGE, _CHILDREN),
    _crossed("16", _PLACE, _AGE),
    TableLayout("17", "17", _BY_WEEK, required=False),
    TableLayout(
        "18",
        "18",
        (
            label("Country code", "area_code"),
            label("Country", "area_name"),
            _ETHNICITY,
            *_ETHNIC_COUNTS,
        ),
        required=False,
    ),
    TableLayout("19", "19", (_WEEKS, _ETHNICITY, *_ETHNIC_COUNTS), required=False),
    TableLayout("20", "20", _BY_CAUSE_AND_ETHNICITY, required=False),
    _national(
        "22",
        IN_ENGLAND,
        *_two_halves("Neonatal deaths Unlinked deaths", "Unlinked deaths", marks=False),
    ),
    _national("23", IN_ENGLAND, _WEEKS, *_of_each_year()),
    _national("24", IN_ENGLAND, _CAUSE, *_of_each_year(gestation=_FROM)),
    _national(
        "26",
        IN_WALES,
        *_two_halves("Unlinked neonatal deaths", "Unlinked neonatal deaths", marks=True),
    ),
    _national("27", IN_WALES, _WEEKS, *_of_each_year()),
)
