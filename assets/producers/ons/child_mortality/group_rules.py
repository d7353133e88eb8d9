"""Sums over groups in the child mortality workbooks, and totals that two tables print."""

from __future__ import annotations

import pandas as pd

from assets.archive.dataset import ParsedExtract
from assets.archive.rules.building_blocks import joined, sums_agree
from assets.producers.ons.child_mortality.labels import UNLINKED
from assets.producers.ons.child_mortality.tables import COUNTS, GROUPS, tables
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


GROUPED = {"2": "sex", "10": "age_of_mother", "21": "imd_decile", "25": "imd_decile"}
"""Tables whose groups are the whole of their total, and the characteristic that they are of."""


def do_not_add_up(parsed: ParsedExtract, number: str) -> pd.DataFrame:
    """Return the totals of a table that differ from the sum of its groups."""
    group, counts = GROUPED[number], COUNTS[number]
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
            f"groups by {group.replace('_', ' ')} of {whole}",
        )
        for whole in of_whole.unique()
    ]
    return joined(found)


def totals_disagree(
    parsed: ParsedExtract, series: pd.DataFrame, areas: pd.DataFrame
) -> pd.DataFrame:
    """Return the totals of Tables 2 and 10 that differ from Tables 3 and 1.

    Args:
        parsed: The extract.
        series: Rows of Table 1, as :func:`series_of` returns them.
        areas: Rows of Table 3.

    Returns:
        One row per total and measure: number of the table, row, measure and count, and the same of
        the other table, with the position of the other row in it.
    """
    nations = tables(parsed)["2"].wide(NATION_COUNTS, GROUPS)
    ages = tables(parsed)["10"].wide(MOTHERS_AGE_COUNTS, GROUPS)
    pairs = (
        ("2", nations[nations["sex"] == "All"], "3", areas, "area_code"),
        ("10", ages[ages["age_of_mother"] == "All"], "1", series, "year"),
    )
    found = []
    for number, rows, other, beside, key in pairs:
        shared = [m for m in AREA_COUNTS if m in rows and m in beside]
        there = beside[[key, "source_row", *shared]].assign(position=beside.index)
        both = rows.merge(there, on=key, suffixes=("", "_there"))
        for measure in shared:
            here, count = both[measure], both[f"{measure}_there"]
            wrong = here.notna() & count.notna() & (here != count)
            found.append(
                both.loc[wrong, ["source_row", "source_row_there", "position"]].assign(
                    number=number,
                    other=other,
                    measure=measure,
                    here=here[wrong],
                    there=count[wrong],
                )
            )
    return joined(found)


def series_of(parsed: ParsedExtract) -> pd.DataFrame:
    """Return Table 1 with the counts that Table 10 prints: up to 2018 deaths linked to a birth."""
    series = tables(parsed)["1"].wide({**SERIES_COUNTS, **_LINKED}, GROUPS)
    for measure in _LINKED if tables(parsed)["1"].has(_LINKED["infant_deaths_linked"]) else ():
        series[measure.removesuffix("_linked")] = series[measure]
    return series
