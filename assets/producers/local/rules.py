"""Rules that a local extract must pass before it becomes a vintage."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import reduce
from operator import add

import pandas as pd

from assets.archive.dataset import IntakeRule, ParsedExtract
from assets.producers.local.grammar import COUNTS, WITHHELD
from assets.schema.codes import DEATH_AGES
from assets.schema.sums import count_sums

_KEY = ["area", "year", "stratum_type", "stratum"]
_DEATHS = (*DEATH_AGES, "maternal_deaths")
_SUMS = tuple((whole, parts) for whole, parts in count_sums() if {whole, *parts} <= set(COUNTS))


def _repeated(parsed: ParsedExtract) -> pd.DataFrame:
    frame = parsed.frame
    return frame[frame.duplicated([*_KEY, "source_column"], keep=False)]


def _negative(parsed: ParsedExtract) -> pd.DataFrame:
    return parsed.frame[parsed.frame["value"] < 0]


def _more_deaths_than_births(parsed: ParsedExtract) -> pd.DataFrame:
    frame = parsed.frame
    births = frame["source_row"].map(_by_row(frame, "live_births"))
    return frame[frame["source_column"].isin(_DEATHS) & (frame["value"] > births)]


def _parts_differ(parsed: ParsedExtract) -> pd.DataFrame:
    frame = parsed.frame
    found = []
    for whole, parts in _SUMS:
        added = reduce(add, (_by_row(frame, part) for part in parts))
        sums = frame["source_row"].map(added)
        broken = (frame["source_column"] == whole) & sums.notna() & (frame["value"] != sums)
        found.append(frame[broken & frame["value"].notna()])
    return _once(found)


def _given_away(parsed: ParsedExtract) -> pd.DataFrame:
    frame = parsed.frame
    found = []
    for whole, parts in _SUMS:
        counts = (whole, *parts)
        known = sum(
            frame["source_row"].map(_by_row(frame, name)).notna().astype(int) for name in counts
        )
        withheld = frame["source_column"].isin(counts) & frame["raw_text"].isin(WITHHELD)
        found.append(frame[withheld & (known == len(parts))])
    return _once(found)


def _once(found: list[pd.DataFrame]) -> pd.DataFrame:
    """Return the rows that one or several sums name, each once."""
    rows = pd.concat(found)
    return rows[~rows.index.duplicated()]


def _not_begun(parsed: ParsedExtract) -> pd.DataFrame:
    years = parsed.frame["year"].astype("int64")
    return parsed.frame.loc[years > datetime.now(UTC).year]


def _after_a_gap(parsed: ParsedExtract) -> pd.DataFrame:
    years = parsed.frame["year"].astype("int64")
    return parsed.frame.loc[~(years - 1).isin(years) & (years > years.min())]


def _by_row(frame: pd.DataFrame, column: str) -> pd.Series[float]:
    # A row has each column at most once, so that its number is an index without duplicates.
    cells = frame[frame["source_column"] == column]
    return pd.Series(cells["value"].to_numpy(), index=cells["source_row"].to_numpy())


RULES = (
    IntakeRule(
        "INTAKE-LOCAL-001",
        "one row per area, year, stratum_type and stratum",
        "Delete the row that does not belong there; rows are never added up silently.",
        _repeated,
    ),
    IntakeRule(
        "INTAKE-LOCAL-002",
        "no negative count",
        "Look for a code such as -9 that stands for unknown; leave the cell empty instead.",
        _negative,
    ),
    IntakeRule(
        "INTAKE-LOCAL-003",
        "deaths are not more than live births of the same row",
        "Look for swapped columns, or births of one year beside deaths of several.",
        _more_deaths_than_births,
    ),
    IntakeRule(
        "INTAKE-LOCAL-004",
        "infant = neonatal + postneonatal and neonatal = early + late, where all are given",
        "Compare the row with its source; a part that is not known is left empty.",
        _parts_differ,
    ),
    IntakeRule(
        "INTAKE-LOCAL-005",
        "no withheld count that the row gives away: a whole and one part give the other part",
        "Withhold a second count of the row, or leave the other part empty.",
        _given_away,
    ),
    IntakeRule(
        "INTAKE-LOCAL-006",
        "no year that has not begun",
        "Compare the year with the source; digits may be swapped.",
        _not_begun,
    ),
)

NATIONAL_RULES = (
    *RULES,
    IntakeRule(
        "INTAKE-LOCAL-007",
        "the years of the nation follow each other without a gap",
        "Compare the years with the source; a year that is not known is left out at an end only.",
        _after_a_gap,
    ),
)
"""Rules of a national series, which has one row a year."""
