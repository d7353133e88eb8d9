"""Intake rules of the child mortality workbooks.

What the producer has published with contradictions (national series 1993 to 1995, 1997, 2002) is
advisory here; what held without exception in the area tables of 2018, 2020 and 2022 is required.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pandas as pd

from assets.archive.dataset import IntakeRule, ParsedExtract
from assets.archive.rules.building_blocks import (
    AGAIN,
    counts_printed,
    joined,
    missing_areas,
    no_duplicates,
    no_negative,
    picked,
    sums_agree,
    whole_counts,
)
from assets.producers.ons.child_mortality.group_rules import (
    ages_do_not_add_up,
    deciles_do_not_add_up,
    sexes_do_not_add_up,
    tables_disagree,
)
from assets.producers.ons.child_mortality.labels import CHARACTERISTICS
from assets.producers.ons.child_mortality.tables import COUNTS, GROUPS, LABELS, areas_of, tables
from assets.producers.ons.workbooks.columns import (
    AREA_COUNTS,
    AREA_RATES,
    SERIES_COUNTS,
    SERIES_RATES,
    PublishedRate,
)
from assets.producers.ons.workbooks.layout_advice import described_is_there

ENGLAND, WALES, BOTH, OUTSIDE = "E92000001", "W92000004", "K04000001", "J99000001"
REGIONS = tuple(f"E1200000{n}" for n in range(1, 10))
UNIONS = (f"{BOTH}, {OUTSIDE}", BOTH)
REQUIRED_AREAS = (ENGLAND, WALES, *REGIONS)
WITHHELD_BELOW, FLAGGED_BELOW = 3, 20
ROUNDING = 0.05 + 1e-9
"""Half of the last place printed: the producer rounds ties either way."""


def _deaths_beyond_births(parsed: ParsedExtract) -> pd.DataFrame:
    found = [tables(parsed)[number].wide(columns, GROUPS) for number, columns in COUNTS.items()]
    if not any((table["infant_deaths"] > table["live_births"]).any() for table in found):
        return pd.DataFrame()
    rows = pd.concat([table for table in found if len(table)])
    return rows[rows["infant_deaths"] > rows["live_births"]]


def _stages_do_not_add_up(parsed: ParsedExtract) -> pd.DataFrame:
    rows = areas_of(parsed)
    stages = rows["neonatal_deaths"] + rows["postneonatal_deaths"]
    printed = stages.notna() & rows["infant_deaths"].notna()
    return picked(rows, printed & (stages != rows["infant_deaths"]))


def _areas_missing(parsed: ParsedExtract) -> pd.DataFrame:
    frame = parsed.frame
    areas = frame[frame["table_number"] == "3"]
    unions = [] if areas["area_code"].isin(UNIONS).any() else [" or ".join(UNIONS)]
    return missing_areas(areas, "area_code", (*REQUIRED_AREAS, *unions))


def _nations_do_not_add_up(parsed: ParsedExtract) -> pd.DataFrame:
    rows = areas_of(parsed)
    code = rows["area_code"]
    measures = list(AREA_COUNTS)
    return joined(
        [
            sums_agree(rows, code == BOTH, code.isin([ENGLAND, WALES]), measures, "nations"),
            sums_agree(
                rows,
                code == f"{BOTH}, {OUTSIDE}",
                code.isin([BOTH, OUTSIDE]),
                measures,
                "residents and usual residence elsewhere",
            ),
            sums_agree(rows, code == ENGLAND, code.isin(REGIONS), measures, "regions"),
        ]
    )


def hierarchy(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the areas with the county, region and nation that they are printed under.

    The producer prints a region, then its unitary authorities, counties and boroughs, each county
    followed by its districts; Wales is followed by its authorities.
    """
    region, county, country = None, None, None
    parents = []
    for code in rows["area_code"]:
        kind = code[:3]
        if kind in ("K04", "J99", "K02"):
            region, county, country = None, None, None
        elif kind in ("E92", "W92"):
            region, county, country = None, None, code
        elif kind == "E12":
            region, county, country = code, None, ENGLAND
        elif kind in ("E10", "E11", "E13"):
            county = code
        elif kind not in ("E07", "E08", "E09"):
            county = None
        inside = county if kind in ("E07", "E08", "E09") else None
        parents.append(
            {
                "county_code": inside,
                "region_code": region if kind != "E12" else None,
                "country_code": country if kind not in ("E92", "W92") else None,
            }
        )
    return pd.concat([rows, pd.DataFrame(parents, index=rows.index)], axis="columns")


def _authorities_do_not_add_up(parsed: ParsedExtract) -> pd.DataFrame:
    rows = hierarchy(areas_of(parsed))
    measures = list(AREA_COUNTS)
    kind = rows["area_code"].str[:3]
    top = ~kind.isin(["E10", "E11", "E13", "E12", "E92", "W92", "K04", "J99"])
    found = [
        sums_agree(
            rows,
            rows["area_code"] == region,
            top & (rows["region_code"] == region),
            measures,
            "local authorities printed below the region",
        )
        for region in REGIONS
    ]
    found.append(
        sums_agree(
            rows,
            rows["area_code"] == WALES,
            top & (rows["country_code"] == WALES),
            measures,
            "local authorities printed below Wales",
        )
    )
    for county in rows.loc[kind.isin(["E10", "E11"]), "area_code"]:
        found.append(
            sums_agree(
                rows,
                rows["area_code"] == county,
                rows["county_code"] == county,
                measures,
                "districts printed below the county",
            )
        )
    return joined(found)


_RATES_OF = {"1": (SERIES_COUNTS, SERIES_RATES), "3": (AREA_COUNTS, AREA_RATES)}


def _each_rate(
    parsed: ParsedExtract,
    number: str,
    check: Callable[[pd.DataFrame, PublishedRate], pd.Series],
) -> pd.DataFrame:
    counts, rates = _RATES_OF[number]
    table = tables(parsed)[number]
    found = []
    for published in rates:
        if not table.has(published.rate):
            continue  # An edition, or a copy, may come without; it is named as advice.
        rows = table.wide({**counts, "rate": published.rate}, LABELS)
        rows["source_column"] = published.rate[0]
        rows["rate_text"] = table.texts(published.rate)
        rows["flag_text"] = table.texts(published.flag)
        found.append(picked(rows, (rows["area_code"] != OUTSIDE) & check(rows, published)))
    return joined(found)


def _withheld_or_flagged_wrongly(parsed: ParsedExtract) -> pd.DataFrame:
    def check(rows: pd.DataFrame, published: PublishedRate) -> pd.Series:
        counted = rows[published.numerator]
        withheld = rows["rate"].isna() != (counted < WITHHELD_BELOW)
        if not tables(parsed)["3"].has(published.flag):
            return withheld
        return withheld | (rows["flag_text"].notna() != (counted < FLAGGED_BELOW))

    return _each_rate(parsed, "3", check)


def _rate_not_recomputed(parsed: ParsedExtract) -> pd.DataFrame:
    def check(rows: pd.DataFrame, published: PublishedRate) -> pd.Series:
        births = rows["live_births"] + (rows["stillbirths"] if published.with_stillbirths else 0)
        exact = rows[published.numerator] / births * 1000
        return (rows["rate"] - exact).abs() > ROUNDING

    return joined([_each_rate(parsed, number, check) for number in ("1", "3")])


def _years_not_contiguous(parsed: ParsedExtract) -> pd.DataFrame:
    frame = parsed.frame
    series = frame[frame["table_number"] == "1"].drop_duplicates("year")
    years = set(series["year"].astype(int))
    edition = int(series["edition"].iloc[0]) if len(series) else 0
    wanted = set(range(min(years, default=edition), edition + 1))
    return pd.DataFrame({"source_sheet": "", "missing_year": sorted(wanted - years)})


def _series_identities(
    parsed: ParsedExtract, identities: Mapping[str, tuple[str, str]]
) -> pd.DataFrame:
    rows = tables(parsed)["1"].wide(SERIES_COUNTS, ["year"])
    found = []
    for whole, (first, second) in identities.items():
        total = rows[first] + rows[second]
        wrong = picked(rows, rows[whole].notna() & total.notna() & (rows[whole] != total))
        found.append(
            wrong[["source_sheet", "source_row", "year"]].assign(
                source_column=whole, printed=wrong[whole], identity_gives=total[wrong.index]
            )
        )
    return joined(found)


def _series_stages(parsed: ParsedExtract) -> pd.DataFrame:
    return _series_identities(
        parsed,
        {
            "neonatal_deaths": ("early_neonatal_deaths", "late_neonatal_deaths"),
            "infant_deaths": ("neonatal_deaths", "postneonatal_deaths"),
        },
    )


def _series_contradictions(parsed: ParsedExtract) -> pd.DataFrame:
    return _series_identities(
        parsed,
        {
            "perinatal_deaths": ("stillbirths", "early_neonatal_deaths"),
            "stillbirths_and_neonatal_deaths": ("stillbirths", "neonatal_deaths"),
            "stillbirths_and_infant_deaths": ("stillbirths", "infant_deaths"),
        },
    )


_ALL_COUNTS = {
    measure: tuple({*SERIES_COUNTS.get(measure, ()), *AREA_COUNTS.get(measure, ())})
    for measure in {**SERIES_COUNTS, **AREA_COUNTS}
}
RULES: tuple[IntakeRule, ...] = (
    no_duplicates(
        "INTAKE-ONS-CHILD-001",
        ("table_number", *dict.fromkeys((*GROUPS, *CHARACTERISTICS))),
    ),
    no_negative("INTAKE-ONS-CHILD-002"),
    whole_counts("INTAKE-ONS-CHILD-003", _ALL_COUNTS),
    counts_printed("INTAKE-ONS-CHILD-004", AREA_COUNTS, lambda frame: frame["table_number"] == "3"),
    IntakeRule(
        "INTAKE-ONS-CHILD-005",
        "infant deaths do not exceed live births",
        AGAIN,
        _deaths_beyond_births,
    ),
    IntakeRule(
        "INTAKE-ONS-CHILD-006",
        "neonatal and postneonatal deaths add up to infant deaths in every area",
        AGAIN,
        _stages_do_not_add_up,
    ),
    IntakeRule(
        "INTAKE-ONS-CHILD-007",
        "England, Wales, their total with or without residents elsewhere and the nine regions "
        "are there",
        "The workbook was cut short or a code changed. " + AGAIN,
        _areas_missing,
    ),
    IntakeRule(
        "INTAKE-ONS-CHILD-008",
        "nations and regions add up to their totals",
        AGAIN,
        _nations_do_not_add_up,
    ),
    IntakeRule(
        "INTAKE-ONS-CHILD-009",
        "local authorities add up to the region, county or nation that they are printed under",
        "A row was dropped, doubled or moved. " + AGAIN,
        _authorities_do_not_add_up,
    ),
    IntakeRule(
        "INTAKE-ONS-CHILD-010",
        "a rate is withheld exactly where fewer than 3 are counted and flagged exactly where "
        "fewer than 20 are",
        "It held without exception in 2018, 2020 and 2022. Our own rates follow the counts.",
        _withheld_or_flagged_wrongly,
        required=False,
    ),
    IntakeRule(
        "INTAKE-ONS-CHILD-011",
        "a printed rate is the rate of the printed counts, rounded to one decimal",
        "A figure stands in the wrong row or column. " + AGAIN,
        _rate_not_recomputed,
    ),
    IntakeRule(
        "INTAKE-ONS-CHILD-012",
        "the national series has every year up to the edition's",
        "A row was dropped. " + AGAIN,
        _years_not_contiguous,
    ),
    IntakeRule(
        "INTAKE-ONS-CHILD-013",
        "deprivation deciles add up to their total",
        AGAIN,
        deciles_do_not_add_up,
    ),
    IntakeRule(
        "INTAKE-ONS-CHILD-016",
        "boys and girls of a nation add up to its total",
        AGAIN,
        sexes_do_not_add_up,
    ),
    IntakeRule(
        "INTAKE-ONS-CHILD-017",
        "ages of mothers and deaths without a linked birth add up to their total",
        AGAIN,
        ages_do_not_add_up,
    ),
    IntakeRule(
        "INTAKE-ONS-CHILD-018",
        "totals of Table 2 are those of Table 3, totals of Table 10 those of Table 1",
        "A figure stands in the wrong row or column. " + AGAIN,
        tables_disagree,
    ),
    IntakeRule(
        "INTAKE-ONS-CHILD-015",
        "early and late neonatal, neonatal and postneonatal deaths add up in the national series",
        AGAIN,
        _series_stages,
    ),
    IntakeRule(
        "INTAKE-ONS-CHILD-014",
        "stillbirths and deaths in infancy add up in the national series",
        "Known for 1993 to 1995, 1997 and 2002 (see the waivers); look at any other year.",
        _series_contradictions,
        required=False,
    ),
    described_is_there("INTAKE-ONS-CHILD-019"),
)
