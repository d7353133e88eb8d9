"""Layouts of the child mortality (death cohort) workbooks, the newest first."""

from __future__ import annotations

from assets.producers.ons.child_mortality.group_layouts import (
    GROUP_TABLES,
    IN_ENGLAND,
    IN_WALES,
    in_order,
)
from assets.producers.ons.workbooks.layout import (  # noqa: F401 - the whole vocabulary, for descriptions to come
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
)

KEPT_IN = "LAYOUTS of assets/producers/ons/child_mortality/layouts.py"
_PERINATAL = "Perinatal deaths (stillbirth and early neonatal deaths - under 7 days)"
_SERIES = (
    label("Year", "year"),
    count("Live births"),
    count("Stillbirths"),
    count("Early neonatal Under 7 days"),
    other("Early neonatal Under 1 day"),
    other("Early neonatal 1 day and under 1 week"),
    count("Late neonatal 1 week and under 4 weeks"),
    count("Neonatal under 28 days"),
    count("Postneonatal 28 days or over"),
    other("Postneonatal 4 weeks and under 3 months"),
    other("Postneonatal 3 months and under 6 months"),
    other("Postneonatal 6 months and under 1 year"),
    count("Infant under 1 year"),
    count(_PERINATAL),
    other("Stillbirth and neonatal deaths - under 28 days"),
    other("Stillbirth and infant deaths - under 1 year"),
    other("Childhood deaths 1–4 years"),
    other("Childhood deaths 5–9 years"),
    other("Childhood deaths 10–14 years"),
    other("Childhood deaths 1–15 years"),
    rate("Stillbirth rate per 1,000 births"),
    rate("Early neonatal under 7 days mortality rate"),
    rate("Early neonatal under 1 day mortality rate"),
    rate("Early neonatal 1 day and under 1 week mortality rate"),
    rate("Late neonatal 1 week and under 4 weeks mortality rate"),
    rate("Neonatal under 28 days mortality rate"),
    rate("Postneonatal 28 days or over mortality rate"),
    rate("Postneonatal 4 weeks and under 3 months mortality rate"),
    rate("Postneonatal 3 months and under 6 months mortality rate"),
    rate("Postneonatal 6 months and under 1 year mortality rate"),
    rate("Infant Under 1 year mortality rate"),
    rate(f"{_PERINATAL} mortality rate"),
    rate("Stillbirth and neonatal deaths - under 28 days mortality rate"),
    rate("Stillbirth and infant deaths - under 1 year mortality rate"),
    other("Childhood mortality rate 1–4 years"),
    other("Childhood mortality rate 5–9 years"),
    other("Childhood mortality rate 10–14 years"),
    other("Childhood mortality rate 1–15 years"),
)
_AREAS = (
    label("Area of usual residence (code)", "area_code"),
    label("Area of usual residence (name)", "area_name"),
    label("Area of usual residence (geography)", "area_geography", optional=True),
    count("Live births"),
    count("Stillbirths"),
    count("Perinatal deaths"),
    count("Neonatal deaths"),
    count("Postneonatal deaths"),
    count("Infant deaths"),
    rate("Stillbirth rate"),
    flag("Stillbirth unreliable indicator"),
    rate("Perinatal mortality rate"),
    flag("Perinatal unreliable indicator"),
    rate("Neonatal mortality rate"),
    flag("Neonatal unreliable indicator"),
    rate("Postneonatal mortality rate"),
    flag("Postneonatal unreliable indicator"),
    rate("Infant mortality rate"),
    flag("Infant unreliable indicator"),
)
_DEPRIVATION = (
    label("Year", "year"),
    label("IMD", "imd_decile"),
    count("Live births"),
    count("Stillbirths"),
    count("Neonatal deaths"),
    count("Infant deaths"),
    rate("Stillbirth rate"),
    rate("Neonatal mortality rate"),
    rate("Infant mortality rate"),
)
_NATIONS = (
    label("Area code", "area_code"),
    label("Country of occurrence", "area_name"),
    label("Sex", "sex"),
    count("Live births"),
    count("Stillbirths"),
    count("Perinatal deaths"),
    count("Early neonatal deaths"),
    count("Neonatal deaths"),
    count("Postneonatal deaths"),
    count("Infant deaths"),
    other("Childhood deaths 1-4 years"),
    other("Childhood deaths 5-9 years"),
    other("Childhood deaths 10-14 years"),
    other("Childhood deaths 1-15 years"),
    rate("Stillbirth mortality rate", "Stillbirth rate"),
    flag("Stillbirth unreliable indicator"),
    rate("Perinatal mortality rate"),
    flag("Perinatal unreliable indicator"),
    rate("Early neonatal mortality rate"),
    flag("Early neonatal unreliable indicator"),
    rate("Neonatal mortality rate"),
    flag("Neonatal unreliable indicator"),
    rate("Postneonatal mortality rate"),
    flag("Postneonatal unreliable indicator"),
    rate("Infant mortality rate"),
    flag("Infant unreliable indicator"),
    other("Childhood mortality rate 1–4 years"),
    flag("1-4 unreliable indicator"),
    other("Childhood mortality rate 5–9 years"),
    flag("5-9 unreliable indicator"),
    other("Childhood mortality rate 10–14 years"),
    flag("10-14 unreliable indicator"),
    other("Childhood mortality rate 1–15 years"),
    flag("1-15 unreliable indicator"),
)
_DEPRIVATION_WALES = (
    *_DEPRIVATION[:7],
    flag("Stillbirth unreliable indicator"),
    _DEPRIVATION[7],
    flag("Neonatal unreliable indicator"),
    _DEPRIVATION[8],
    flag("Infant unreliable indicator"),
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

LAYOUTS: tuple[EditionLayout, ...] = (
    EditionLayout(
        name="child mortality 2022",
        tables=in_order(
            TableLayout("1", "1", _SERIES),
            TableLayout("2", "2", _NATIONS, required=False),
            TableLayout("3", "3", _AREAS),
            TableLayout("21", "21", _DEPRIVATION, required=False, about=IN_ENGLAND),
            TableLayout("25", "25", _DEPRIVATION_WALES, required=False, about=IN_WALES),
            *GROUP_TABLES,
        ),
        verified=(2022,),
    ),
    EditionLayout(
        name="child mortality 2018",
        tables=(
            TableLayout("1", "Table 1", _SERIES_2018, header_rows=4),
            TableLayout("3", "Table 3", _AREAS_2018, header_rows=3),
        ),
        verified=(2018,),
    ),
)
