"""Sums over groups in the child mortality workbooks, and totals that two tables print."""

from __future__ import annotations

import pandas as pd

from assets.archive.dataset import ParsedExtract
from assets.archive.rules.building_blocks import joined, sums_agree
from assets.producers.ons.child_mortality.labels import UNLINKED
from assets.producers.ons.child_mortality.tables import COUNTS, GROUPS, areas_of, tables
from assets.producers.ons.workbooks.columns import (
    AREA_COUNTS,
    MOTHERS_AGE_COUNTS,
    NATION_COUNTS,
    SERIES_COUNTS,
)

_LINKED = {
    "early_neonatal_deaths_linked": ("Early neonatal | Linked",),
    "neonatal_deaths_linked": ("Neonatal | Linked",),
    "postneonatal_deaths_linked": ("Postneonatal | Linked",),
    "infant_deaths_linked": ("Infant | Linked",),
}


def _groups_do_not_add_up(parsed: ParsedExtract, number: str, group: str) -> pd.DataFrame:
    """Return the totals over a characteristic that differ from the sum of its groups."""
    counts = COUNTS[number]
    rows = tables(parsed)[number].wide(counts, GROUPS)
    # An unlinked death has no birth of its own: the producer prints no births beside them.
    unlinked = rows[group] == UNLINKED
    rows.loc[unlinked, list(counts)] = rows.loc[unlinked, list(counts)].fillna(0)
    total = rows[group].isin(["All", "Total"])
    of_whole = rows["year"].str.cat(rows["area_code"], sep=" ", na_rep="").str.strip()
    found = [
        sums_agree(
            rows,
            total & (of_whole == whole),
            ~total & (of_whole == whole),
            list(counts),
            f"{group.replace('_', ' ')} of {whole}",
        )
        for whole in of_whole.unique()
    ]
    return joined(found)


def deciles_do_not_add_up(parsed: ParsedExtract) -> pd.DataFrame:
    """Return the deciles of a nation that do not add up to its total."""
    return joined([_groups_do_not_add_up(parsed, n, "imd_decile") for n in ("21", "25")])


def sexes_do_not_add_up(parsed: ParsedExtract) -> pd.DataFrame:
    """Return the nations whose boys and girls do not add up to the total."""
    return _groups_do_not_add_up(parsed, "2", "sex")


def ages_do_not_add_up(parsed: ParsedExtract) -> pd.DataFrame:
    """Return the ages of mothers that do not add up to the total."""
    return _groups_do_not_add_up(parsed, "10", "age_of_mother")


def tables_disagree(parsed: ParsedExtract) -> pd.DataFrame:
    """Return the totals of Tables 2 and 10 that differ from Tables 3 and 1."""
    nations = tables(parsed)["2"].wide(NATION_COUNTS, GROUPS)
    ages = tables(parsed)["10"].wide(MOTHERS_AGE_COUNTS, GROUPS)
    # The editions up to 2018 print by age of mother the deaths that are linked to a birth.
    series = tables(parsed)["1"].wide({**SERIES_COUNTS, **_LINKED}, GROUPS)
    for measure in _LINKED if tables(parsed)["1"].has(_LINKED["infant_deaths_linked"]) else ():
        series[measure.removesuffix("_linked")] = series[measure]
    pairs = (
        (nations[nations["sex"] == "All"], areas_of(parsed), "area_code", "3"),
        (ages[ages["age_of_mother"] == "All"], series, "year", "1"),
    )
    found = []
    for rows, other, key, number in pairs:
        shared = [m for m in AREA_COUNTS if m in rows and m in other]
        beside = rows.merge(other[[key, *shared]], on=key, suffixes=("", "_other"))
        for measure in shared:
            printed, there = beside[measure], beside[f"{measure}_other"]
            wrong = printed.notna() & there.notna() & (printed != there)
            found.append(
                beside.loc[wrong, ["source_sheet", "source_row", *GROUPS[:2]]].assign(
                    source_column=measure, printed=printed[wrong], beside=there[wrong], table=number
                )
            )
    return joined(found)
