"""The bundled CDC WONDER exports, split by database as the producer splits them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tools.samples.nchs.figure_tables import figures
from tools.samples.nchs.wonder_writer import Request, TableRow, export

QUERY_DATE = "Jun 2, 2025 9:15:00 AM"


@dataclass(frozen=True)
class Era:
    """Years of one database, and the words that it uses."""

    first: int
    last: int
    label: str
    year_header: str = "Year"
    separator: str = "; "

    @property
    def name(self) -> str:
        """The years as written in file names."""
        return str(self.first) if self.first == self.last else f"{self.first}-{self.last}"


_LINKED = "Linked Birth / Infant Death Records, "
LINKED_STATE_ERAS = (
    Era(1995, 1998, f"{_LINKED}1995-1998", separator=", "),
    Era(1999, 2002, f"{_LINKED}1999-2002", separator=", "),
    Era(2003, 2006, f"{_LINKED}2003-2006"),
    Era(2007, 2013, f"{_LINKED}2007-2023", "Year of Death"),
    Era(2014, 2020, f"{_LINKED}2007-2023", "Year of Death"),
    Era(2022, 2022, f"{_LINKED}2007-2023", "Year of Death"),
    Era(2023, 2023, f"{_LINKED}2007-2023", "Year of Death"),
)
LINKED_US_ERAS = (*LINKED_STATE_ERAS[:3], Era(2007, 2023, f"{_LINKED}2007-2023", "Year of Death"))
NATALITY_ERAS = (
    Era(1995, 2002, "Natality, 1995-2002", separator=", "),
    Era(2003, 2006, "Natality, 2003-2006", separator=", "),
    Era(2007, 2024, "Natality, 2007-2024"),
)
MORTALITY_ERAS = (
    Era(2000, 2017, "Multiple Cause of Death, 1999-2020"),
    Era(2018, 2024, "Provisional Mortality Statistics, 2018 through Last Week"),
)
FETAL_ERA = Era(2005, 2024, "Fetal Deaths, 2005-2024")
_PROVISIONAL_YEARS = {2024}
LINKED_GROUPS = (
    ("hispanic_origin_2008_2010", "Hispanic Origin", (2008, 2010)),
    ("hispanic_origin_2016", "Hispanic Origin", (2016,)),
    ("bridged_race_2007-2016", "Bridged Race", tuple(range(2007, 2017))),
)
"""End of the file name, grouping and years of the exports by mother's characteristics."""
LINKED_BY_GROUPS = (
    ("prenatal_care_2016", "prenatal_care", ("Month Prenatal Care Began",)),
    ("prenatal_care_and_race_2016", "prenatal_care_race", ("Month Prenatal Care Began", "Race")),
    ("birth_weight_2016", "birth_weight", ("Birth Weight",)),
    ("cause_2016", "cause", ("Cause of death",)),
)
"""End of the file name, rows of ``us_groups`` and groupings of the exports by characteristics."""
_STATES_AND_DC = 51
_LINKED_CAVEATS = (
    "1. 'Suppressed' appears instead of death, birth, and rate values when the death value "
    "represents 1-9 sub-national events. This is because the data do not meet the criteria for "
    "confidentiality constraints.",
    "2. 'Unreliable' appears for rates when there are fewer than 20 deaths in the numerator.",
    "3. Infant deaths are weighted so numbers may not exactly add to totals due to rounding.",
)
_NATALITY_CAVEATS = ("1. Each birth record represents one living baby.",)
_MORTALITY_CAVEATS = (
    '1. Deaths of persons with Age "Not Stated" are included in "All" counts and rates, but are '
    "not distributed among age groups.",
)

_FETAL_CAVEATS = (
    "1. Beginning in 2014, NCHS changed the standard for gestational period from the Last "
    "Menstrual Period (LMP) based gestational age to the Obstetric/clinical Estimate (OE) based "
    "gestational age. This change has resulted in a discontinuity in identifying fetal deaths at "
    "20 weeks or greater for inclusion in this dataset.",
)


def wonder_samples() -> Iterator[tuple[str, bytes]]:
    """Yield file name and bytes of every export."""
    for era in LINKED_STATE_ERAS:
        yield f"wonder_linked_state_{era.name}.txt", _linked_by_state(era)
    for era in LINKED_US_ERAS:
        yield f"wonder_linked_us_{era.name}.txt", _linked_us(era)
    for name, grouping, group_years in LINKED_GROUPS:
        yield f"wonder_linked_{name}.txt", _linked_by_group(grouping, group_years)
    for name, table, groupings in LINKED_BY_GROUPS:
        yield f"wonder_linked_{name}.txt", _linked_by_groups(table, groupings)
    yield "wonder_natality_gestation_and_race_2017.txt", _natality_by_gestation()
    for era in NATALITY_ERAS:
        yield f"wonder_natality_us_{era.name}.txt", _natality(era)
    for era in MORTALITY_ERAS:
        yield f"wonder_mortality_us_{era.name}.txt", _mortality(era)
    yield f"wonder_fetal_us_{FETAL_ERA.name}.txt", _fetal(FETAL_ERA)


def _linked_by_state(era: Era) -> bytes:
    published = [
        row for row in figures("us_state_year") if era.first <= int(row["year"]) <= era.last
    ]
    states = dict.fromkeys((row["state_name"], row["state_fips"]) for row in published)
    complete = len(states) == _STATES_AND_DC
    years = sorted({row["year"] for row in published})
    parameters = [(era.year_header, era.separator.join(years))]
    if not complete:
        parameters.insert(0, ("States", "; ".join(f"{name} ({fips})" for name, fips in states)))
    by_one_year = len(years) == 1
    rows = [
        TableRow(
            ((row["state_name"], row["state_fips"]),)
            + (() if by_one_year else ((row["year"], row["year"]),)),
            int(row["infant_deaths"]),
            int(row["live_births"]),
        )
        for row in published
    ]
    request = Request(
        era.label,
        ("State",) if by_one_year else ("State", era.year_header),
        tuple(parameters),
        QUERY_DATE,
        subnational=True,
        totals=complete,
        separator=era.separator,
        caveats=_LINKED_CAVEATS,
    )
    return export(rows, request)


def _us_rows(era: Era, births: str, deaths: str) -> list[TableRow]:
    """Return the years of an era that have all requested figures; ``""`` requests none."""
    rows = []
    for row in figures("us_year"):
        year = int(row["year"])
        wanted = [column for column in (births, deaths) if column]
        if not era.first <= year <= era.last or not all(row[column] for column in wanted):
            continue
        provisional = deaths == "deaths_mortality_file" and year in _PROVISIONAL_YEARS
        label = f"{year} (provisional)" if provisional else str(year)
        rows.append(
            TableRow(
                ((label, str(year)),),
                int(row[deaths]) if deaths else None,
                int(row[births]) if births else None,
            )
        )
    return rows


def _request(
    era: Era,
    rows: list[TableRow],
    measures: tuple[str, ...],
    caveats: tuple[str, ...],
    per: str = "1,000",
    before: tuple[tuple[str, str], ...] = (),
    year_parameter: str = "",
) -> Request:
    years = era.separator.join(row.labels[0][0] for row in rows)
    return Request(
        era.label,
        (era.year_header,),
        (*before, (year_parameter or era.year_header, years)),
        QUERY_DATE,
        per=per,
        measures=measures,
        separator=era.separator,
        caveats=caveats,
    )


def _linked_us(era: Era) -> bytes:
    rows = _us_rows(era, "births_linked", "deaths_linked")
    return export(rows, _request(era, rows, ("Deaths", "Births", "Death Rate"), _LINKED_CAVEATS))


def _natality(era: Era) -> bytes:
    rows = _us_rows(era, "births_natality", "")
    return export(rows, _request(era, rows, ("Births",), _NATALITY_CAVEATS))


def _mortality(era: Era) -> bytes:
    rows = _us_rows(era, "", "deaths_mortality_file")
    request = _request(
        era,
        rows,
        ("Deaths", "Population", "Crude Rate"),
        _MORTALITY_CAVEATS,
        per="100,000",
        before=(("Five-Year Age Groups", "< 1 year"),),
        year_parameter="Year/Month",
    )
    return export(rows, request)


def _fetal(era: Era) -> bytes:
    rows = [
        TableRow(((row["year"], row["year"]),), int(row["fetal_deaths"]), None)
        for row in figures("us_fetal_deaths")
    ]
    return export(rows, _request(era, rows, ("Fetal Deaths",), _FETAL_CAVEATS))


def _linked_by_group(grouping: str, wanted: tuple[int, ...]) -> bytes:
    published = [
        row
        for row in figures("us_mothers_race")
        if row["grouping"] == grouping and int(row["year"]) in wanted
    ]
    labels = dict.fromkeys(row["label"] for row in published)
    years = [str(year) for year in wanted]
    by_one_year = len(years) == 1
    rows = [
        TableRow(
            ((row["label"], row["code"]),) + (() if by_one_year else ((row["year"], row["year"]),)),
            int(row["infant_deaths"]),
            int(row["live_births"]),
        )
        for row in published
    ]
    request = Request(
        f"{_LINKED}2007-2023",
        (grouping,) if by_one_year else (grouping, "Year of Death"),
        ((grouping, "; ".join(labels)), ("Year of Death", "; ".join(years))),
        QUERY_DATE,
        totals=False,
        caveats=_LINKED_CAVEATS,
    )
    return export(rows, request)


def _linked_by_groups(table: str, groupings: tuple[str, ...]) -> bytes:
    rows = _group_rows(table)
    # The causes are those that the query names; other groupings show all that have deaths.
    causes = [f"{code} ({label})" for label, code in (row.labels[0] for row in rows)]
    asked = (("ICD-10 Codes", "; ".join(causes)),) if table == "cause" else ()
    request = Request(
        f"{_LINKED}2007-2023",
        groupings,
        (*asked, ("Year of Death", "2016")),
        QUERY_DATE,
        totals=False,
        zeros=False,
        caveats=_LINKED_CAVEATS,
    )
    return export(rows, request)


def _natality_by_gestation() -> bytes:
    request = Request(
        "Natality, 2007-2024",
        ("OE Gestational Age 10", "Bridged Race"),
        (("Year", "2017"),),
        QUERY_DATE,
        measures=("Births",),
        totals=False,
        caveats=_NATALITY_CAVEATS,
    )
    return export(_group_rows("gestation_race"), request)


def _group_rows(table: str) -> list[TableRow]:
    return [
        TableRow(
            tuple(
                (row[label], row[code])
                for label, code in (("label", "code"), ("label_2", "code_2"))
                if row[label]
            ),
            int(row["infant_deaths"]) if row["infant_deaths"] else None,
            int(row["live_births"]),
        )
        for row in figures("us_groups")
        if row["table"] == table
    ]
