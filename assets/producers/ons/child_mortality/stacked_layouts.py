"""Layouts of the editions up to 2018, whose headers are stacked and whose labels are wrapped.

A ``source_column`` is that of the editions since 2020, so that every edition is judged and used by
the same words; Tables 1 and 3 keep their own. A table has the number of the editions since 2020;
one that has no equal there has its own, ``9 of 2018``.
"""

from __future__ import annotations

from assets.producers.ons.workbooks.layout import (
    LABEL,
    ColumnLayout,
    TableLayout,
    count,
    ignored,
    label,
    of,
    other,
    rate,
)


def _stacked_pairs(first: str, prefix: str) -> tuple[ColumnLayout, ...]:
    """Return the column pairs ``All`` and ``Linked`` of the 2018 series, numbers or rates."""
    build = rate if prefix else count
    columns: list[ColumnLayout] = []
    for stage in ("Early neonatal", "Neonatal", "Postneonatal", "Infant"):
        above = f"{first} {stage}" if first and stage == "Early neonatal" else stage
        columns.append(build(f"{above} All", f"{prefix}{stage} | All"))
        columns.append(other("Linked", f"{prefix}{stage} | Linked"))
    return tuple(columns)


def _stacked_childhood(first: str, prefix: str) -> tuple[ColumnLayout, ...]:
    """Return the childhood columns of the 2018 series, numbers or rates."""
    ages = ("1–4 years", "5–9 years", "10–14 years", "1–15 years")
    head = f"{first} Childhood deaths" if first else "Childhood deaths"
    return tuple(
        other(f"{head} {age}" if age == ages[0] else age, f"{prefix}Childhood deaths | {age}")
        for age in ages
    )


_SERIES_2018 = (
    label("Year", "year"),
    count("Births Live births", "Births | Live births"),
    count("Stillbirths", "Births | Stillbirths"),
    *_stacked_pairs("", ""),
    *_stacked_childhood("", ""),
    rate("Rates Per 1,000 births Stillbirths", "Rates | Stillbirths"),
    *_stacked_pairs("Per 1,000 live births", "Rates | "),
    *_stacked_childhood("Per 100,000 population of the same age", "Rates | "),
)
_AREAS_2018 = (
    label("Code", "area_code"),
    label("Name", "area_name"),
    label("Geography", "area_geography", optional=True),
    count("Numbers Births Live births", "Numbers | Births | Live births"),
    count("Stillbirths", "Numbers | Births | Stillbirths"),
    count("Deaths Perinatal", "Numbers | Deaths | Perinatal"),
    count("Neonatal", "Numbers | Deaths | Neonatal"),
    count("Post neonatal", "Numbers | Deaths | Post neonatal"),
    count("Infant", "Numbers | Deaths | Infant"),
    rate("Rates Stillbirths", "Rates | Stillbirths"),
    rate("Perinatal", "Rates | Perinatal"),
    rate("Neonatal", "Rates | Neonatal"),
    rate("Post neonatal", "Rates | Post neonatal"),
    rate("Infant", "Rates | Infant"),
)

_CAUSE = label("Cause group", "cause_ons", also=("ONS cause group",))
_WEIGHT = label("Birthweight (grams)", "birth_weight")
_AGE = label("Mother's age", "age_of_mother")
_PLACE = label("Place of delivery", "place_of_birth")
_REGISTRATION_AND_CHILDREN = label(
    "Marital status of mother/type of registration and number of previous children",
    "registration_type",
)
"""Previous children stand below a heading in the same column."""
_NUMBERS = ("Numbers", "Births")


def _counts(*above: str) -> tuple[ColumnLayout, ...]:
    """Return births and linked deaths; ``above`` are the headers over the first of them."""
    return (
        count(" ".join((*above, "Live births")), "Live births"),
        count("Stillbirths"),
        count("Deaths Early neonatal", "Early neonatal deaths"),
        count("Neonatal", "Neonatal deaths"),
        count("Post- neonatal", "Postneonatal deaths", also=("Postneonatal", "Post neonatal")),
        count("Infant", "Infant deaths"),
    )


_RATES = (
    rate("Rates Stillbirths", "Stillbirth rate"),
    rate("Perinatal", "Perinatal mortality rate"),
    rate("Neonatal", "Neonatal mortality rate"),
    rate("Post- neonatal", "Postneonatal mortality rate", also=("Postneonatal", "Post neonatal")),
    rate("Infant", "Infant mortality rate"),
)
_NATIONS = (
    label("Area code", "area_code"),
    label("Country of occurrence", "area_name"),
    label("Sex", "sex"),
    count("Births Live births", "Live births"),
    count("Stillbirths"),
    count("Numbers Deaths under 1 Early neonatal", "Early neonatal deaths"),
    count("Neonatal", "Neonatal deaths"),
    count("Post- neonatal", "Postneonatal deaths"),
    count("Infant", "Infant deaths"),
    other("Childhood deaths 1-4", "Childhood deaths 1-4 years"),
    other("5-9", "Childhood deaths 5-9 years"),
    other("10-14", "Childhood deaths 10-14 years"),
    other("1-15", "Childhood deaths 1-15 years"),
    rate("Rates Per 1,000 births Stillbirths", "Stillbirth rate"),
    rate("Per 1,000 live births Early neonatal", "Early neonatal mortality rate"),
    rate("Neonatal", "Neonatal mortality rate"),
    rate("Post- neonatal", "Postneonatal mortality rate"),
    rate("Infant", "Infant mortality rate"),
    other(
        "Per 100,000 population of the same age Childhood deaths 1-4",
        "Childhood mortality rate 1-4 years",
    ),
    other("5-9", "Childhood mortality rate 5-9 years"),
    other("10-14", "Childhood mortality rate 10-14 years"),
    other("1-15", "Childhood mortality rate 1-15 years"),
)


def _deprivation(nation: str) -> tuple[ColumnLayout, ...]:
    """Return the columns of a sheet that has both nations side by side, one of them read."""
    columns: list[ColumnLayout] = []
    for beside in ("England", "Wales"):
        printed = (
            label(f"{beside} IMD", "imd_decile"),
            count("Numbers Live births", "Live births"),
            count("Stillbirths"),
            count("Infant deaths"),
            rate("Rates Stillbirths", "Stillbirth rate"),
            rate("Infant deaths", "Infant mortality rate"),
        )
        if beside != nation:
            columns += [ignored(column.printed) for column in printed]
        else:
            # Both stand in the same rows: a row and a column of a sheet are one cell.
            apart = nation == "Wales"
            columns += [of(c, nation) if apart and c.role != LABEL else c for c in printed]
    return tuple(columns)


def _boys_and_girls(first: str, name: str) -> tuple[ColumnLayout, ...]:
    return (
        other(f"{first} Boys", f"Males aged {name}"),
        other("Girls", f"Females aged {name}"),
    )


_CHAPTERS = (
    ignored("ICD-10 code"),
    label("Underlying cause group", "cause_icd_chapter"),
    *_boys_and_girls("Age at death 28 days to 15 years", "28 days to 15 years"),
    *_boys_and_girls("Months 1-5", "1-5 months"),
    *_boys_and_girls("6-11", "6-11 months"),
    of(count("1-11 Boys", "Postneonatal deaths"), "males aged 1-11 months", sex="Male"),
    of(count("Girls", "Postneonatal deaths"), "females aged 1-11 months", sex="Female"),
    *_boys_and_girls("Years 1-4", "1-4 years"),
    *_boys_and_girls("5-9", "5-9 years"),
    *_boys_and_girls("10-14", "10-14 years"),
    *_boys_and_girls("1-15", "1-15 years"),
)
_WEEKS_OF_STILLBIRTHS = (
    _CAUSE,
    _WEIGHT,
    of(count("Gestation (weeks) All", "Stillbirths"), "all", gestation="All"),
    *(
        of(count(weeks, "Stillbirths"), weeks, gestation=weeks)
        for weeks in ("24-27", "28-31", "32-36", "37-41", "42 & over", "Not stated")
    ),
)
_MARRIED, _UNMARRIED = "Within marriage/civil partnership", "Outside marriage/civil partnership"


def _by_marriage(measure: str) -> tuple[ColumnLayout, ...]:
    return (
        of(count(f"{measure} Total", measure), "total", registration_type="All"),
        of(
            count("Within marriage/ civil partnership", measure),
            "within marriage",
            registration_type=_MARRIED,
        ),
        of(
            count("Outside marriage/ civil partnership", measure),
            "outside marriage",
            registration_type=_UNMARRIED,
        ),
    )


_SINCE_1921 = (
    label("Period", "year", also=("Year",)),
    *_by_marriage("Live births"),
    *_by_marriage("Stillbirths"),
    count("Infant mortality at various ages Under 1 year", "Infant deaths"),
    count("Neonatal mortality Under 4 weeks", "Neonatal deaths"),
    count("Early neonatal Under 1 week", "Early neonatal deaths"),
    other("Under 1 day", "Early neonatal Under 1 day"),
    other("1 day and under 1 week", "Early neonatal 1 day and under 1 week"),
    count("Late neonatal 1 week and under 4 weeks", "Late neonatal deaths"),
    count("Postneonatal mortality 4 weeks and under 1 year", "Postneonatal deaths"),
    other("4 weeks and under 3 months", "Postneonatal 4 weeks and under 3 months"),
    other("3 months and under 6 months", "Postneonatal 3 months and under 6 months"),
    other("6 months and under 1 year", "Postneonatal 6 months and under 1 year"),
    count(
        "Stillbirths and infant deaths Stillbirths and early neonatal deaths (under 1 week)",
        "Perinatal deaths",
    ),
    other("Stillbirths and neonatal deaths (under 4 weeks)"),
    other("Stillbirths plus infant deaths (under 1 year)"),
)
_RATES_SINCE_1921 = (
    label("Year", "year", also=("Period",)),
    rate(
        "Infant mortality per 1,000 live births at various ages Under 1 year",
        "Infant mortality rate",
    ),
    rate("Neonatal mortality Under 4 weeks", "Neonatal mortality rate"),
    rate("Early neonatal Under 1 week", "Early neonatal mortality rate"),
    other("Under 1 day", "Early neonatal under 1 day mortality rate"),
    other("1 day and under 1 week", "Early neonatal 1 day and under 1 week mortality rate"),
    rate("Late neo- natal 1 week and under 4 weeks", "Late neonatal mortality rate"),
    rate("Postneonatal mortality 4 weeks and under 1 year", "Postneonatal mortality rate"),
    other("4 weeks and under 3 months", "Postneonatal 4 weeks and under 3 months mortality rate"),
    other("3 months and under 6 months", "Postneonatal 3 months and under 6 months mortality rate"),
    other("6 months and under 1 year", "Postneonatal 6 months and under 1 year mortality rate"),
    rate("Stillbirths and infant deaths per 1,000 total births Still- births", "Stillbirth rate"),
    rate("Stillbirths and early neonatal deaths (under 1 week)", "Perinatal mortality rate"),
    other("Stillbirths and neonatal deaths (under 4 weeks)"),
    other("Stillbirths and infant deaths (under 1 year)"),
)


def _table(
    printed: str, number: str, header_rows: int, *columns: ColumnLayout, continued: bool = True
) -> TableLayout:
    return TableLayout(
        number,
        f"Table {printed}",
        columns,
        header_rows,
        required=False,
        continued=continued,
        printed_number=printed,
    )


STACKED_TABLES: tuple[TableLayout, ...] = (
    TableLayout("1", "Table 1", _SERIES_2018, header_rows=4),
    _table("2", "2", 5, *_NATIONS),
    TableLayout("3", "Table 3", _AREAS_2018, header_rows=3),
    _table("4", "21", 2, *_deprivation("England"), continued=False),
    _table("4", "25", 2, *_deprivation("Wales"), continued=False),
    _table("5", "8", 6, *_CHAPTERS),
    _table("6", "4", 2, _CAUSE, _WEIGHT, *_counts("Births")),
    _table("7", "5", 2, _CAUSE, _AGE, *_counts("Births")),
    _table("8", "8 of 2018", 3, _CAUSE, _REGISTRATION_AND_CHILDREN, *_counts("Births")),
    _table("9", "9 of 2018", 2, *_WEEKS_OF_STILLBIRTHS),
    _table("10", "10", 5, _WEIGHT, _AGE, *_counts(*_NUMBERS), *_RATES),
    _table(
        "11",
        "11",
        5,
        _WEIGHT,
        label("Mother's country of birth", "country_of_birth_of_mother"),
        *_counts(*_NUMBERS),
        *_RATES,
    ),
    _table(
        "12",
        "12",
        5,
        _WEIGHT,
        label("Type of registration Socio-economic Classification", "ns_sec"),
        *_counts(*_NUMBERS),
        *_RATES,
    ),
    _table("13", "13 of 2018", 3, _AGE, _REGISTRATION_AND_CHILDREN, *_counts("Births"), *_RATES),
    _table("14", "13", 5, _PLACE, _WEIGHT, *_counts(*_NUMBERS), *_RATES),
    _table("15", "16", 5, _PLACE, _AGE, *_counts(*_NUMBERS), *_RATES),
    _table("16", "16 of 2018", 10, *_SINCE_1921, continued=False),
    _table("17", "17 of 2018", 14, *_RATES_SINCE_1921, continued=False),
)
