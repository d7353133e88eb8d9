"""Which printed column holds which measure, in every edition that is described.

Measures carry the names of the core tables; a tuple holds the ``source_column`` of every edition,
the newest first.
"""

from __future__ import annotations

from dataclasses import dataclass

from assets.archive.rules.printed_rows import Columns

SERIES_COUNTS: Columns = {
    "live_births": ("Live births", "Births | Live births"),
    "stillbirths": ("Stillbirths", "Births | Stillbirths"),
    "early_neonatal_deaths": ("Early neonatal Under 7 days", "Early neonatal | All"),
    "late_neonatal_deaths": ("Late neonatal 1 week and under 4 weeks",),
    "neonatal_deaths": ("Neonatal under 28 days", "Neonatal | All"),
    "postneonatal_deaths": ("Postneonatal 28 days or over", "Postneonatal | All"),
    "infant_deaths": ("Infant under 1 year", "Infant | All"),
    "perinatal_deaths": ("Perinatal deaths (stillbirth and early neonatal deaths - under 7 days)",),
    "stillbirths_and_neonatal_deaths": ("Stillbirth and neonatal deaths - under 28 days",),
    "stillbirths_and_infant_deaths": ("Stillbirth and infant deaths - under 1 year",),
}
AREA_COUNTS: Columns = {
    "live_births": ("Live births", "Numbers | Births | Live births"),
    "stillbirths": ("Stillbirths", "Numbers | Births | Stillbirths"),
    "perinatal_deaths": ("Perinatal deaths", "Numbers | Deaths | Perinatal"),
    "neonatal_deaths": ("Neonatal deaths", "Numbers | Deaths | Neonatal"),
    "postneonatal_deaths": ("Postneonatal deaths", "Numbers | Deaths | Post neonatal"),
    "infant_deaths": ("Infant deaths", "Numbers | Deaths | Infant"),
}
NATION_COUNTS: Columns = {
    **{measure: columns[:1] for measure, columns in AREA_COUNTS.items()},
    "early_neonatal_deaths": ("Early neonatal deaths",),
}
MOTHERS_AGE_COUNTS: Columns = {
    measure: columns for measure, columns in NATION_COUNTS.items() if measure != "perinatal_deaths"
}
DEPRIVATION_COUNTS: Columns = {
    "live_births": ("Live births",),
    "stillbirths": ("Stillbirths",),
    "neonatal_deaths": ("Neonatal deaths",),
    "infant_deaths": ("Infant deaths",),
}
DEPRIVATION_COUNTS_WALES: Columns = {
    **DEPRIVATION_COUNTS,
    "live_births": ("Live births", "Live births, Wales"),
    "stillbirths": ("Stillbirths", "Stillbirths, Wales"),
    "infant_deaths": ("Infant deaths", "Infant deaths, Wales"),
}
BIRTHS_BY_AREA: Columns = {"live_births": ("Live Births | All | Total",)}
BIRTHS_BY_AREA_AND_SEX: Columns = {
    **BIRTHS_BY_AREA,
    "boys": ("Live Births | All | Male",),
    "girls": ("Live Births | All | Female",),
}
DEATHS_BY_AREA: Columns = {
    "infant_deaths": ("Deaths (numbers) | Infant (under 1 year)",),
    "neonatal_deaths": ("Deaths (numbers) | Neonatal (under 4 weeks)",),
    "perinatal_deaths": ("Deaths (numbers) | Perinatal (stillbirths and deaths under 1 week)",),
}
DEATHS_BY_AREA_RATES: Columns = {
    "infant_rate": ("Rates | Infant mortality rate",),
    "neonatal_rate": ("Rates | Neonatal mortality rate",),
    "perinatal_rate": ("Rates | Perinatal mortality rate",),
}
BIRTH_REGISTRATIONS: Columns = {
    "live_births": ("Number of live births",),
    "stillbirths": ("Number of stillbirths",),
}


@dataclass(frozen=True)
class PublishedRate:
    """A rate that a table prints beside its counts.

    Attributes:
        numerator: Measure that is counted.
        rate: ``source_column`` of the rate per edition.
        flag: ``source_column`` of its reliability mark per edition.
        with_stillbirths: The denominator is live births and stillbirths, else live births.
    """

    numerator: str
    rate: tuple[str, ...]
    flag: tuple[str, ...]
    with_stillbirths: bool = False


AREA_RATES: tuple[PublishedRate, ...] = (
    PublishedRate(
        "stillbirths",
        ("Stillbirth rate", "Rates | Stillbirths"),
        ("Stillbirth unreliable indicator", "Rates | Stillbirths | reliability"),
        with_stillbirths=True,
    ),
    PublishedRate(
        "perinatal_deaths",
        ("Perinatal mortality rate", "Rates | Perinatal"),
        ("Perinatal unreliable indicator", "Rates | Perinatal | reliability"),
        with_stillbirths=True,
    ),
    PublishedRate(
        "neonatal_deaths",
        ("Neonatal mortality rate", "Rates | Neonatal"),
        ("Neonatal unreliable indicator", "Rates | Neonatal | reliability"),
    ),
    PublishedRate(
        "postneonatal_deaths",
        ("Postneonatal mortality rate", "Rates | Post neonatal"),
        ("Postneonatal unreliable indicator", "Rates | Post neonatal | reliability"),
    ),
    PublishedRate(
        "infant_deaths",
        ("Infant mortality rate", "Rates | Infant"),
        ("Infant unreliable indicator", "Rates | Infant | reliability"),
    ),
)
SERIES_RATES: tuple[PublishedRate, ...] = (
    PublishedRate(
        "stillbirths",
        ("Stillbirth rate per 1,000 births", "Rates | Stillbirths"),
        (),
        with_stillbirths=True,
    ),
    PublishedRate(
        "early_neonatal_deaths",
        ("Early neonatal under 7 days mortality rate", "Rates | Early neonatal | All"),
        (),
    ),
    PublishedRate(
        "neonatal_deaths", ("Neonatal under 28 days mortality rate", "Rates | Neonatal | All"), ()
    ),
    PublishedRate(
        "postneonatal_deaths",
        ("Postneonatal 28 days or over mortality rate", "Rates | Postneonatal | All"),
        (),
    ),
    PublishedRate(
        "infant_deaths", ("Infant Under 1 year mortality rate", "Rates | Infant | All"), ()
    ),
)
REGISTRATION_RATES: tuple[PublishedRate, ...] = (
    PublishedRate(
        "stillbirths", ("Stillbirth rate",), ("Unreliable indicator",), with_stillbirths=True
    ),
)
