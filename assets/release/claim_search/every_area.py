"""Search statements about every area of a kind, as of every state: which of them make them true."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import groupby
from typing import Any

import duckdb
import pandas as pd

from assets.rates.rounding import half_away
from assets.release.claim_search.roundings import rounding
from assets.release.claim_search.vocabulary import Vocabulary
from assets.release.claim_search.wording import NotUnderstoodError, Period, Statement
from assets.state.warehouse import records, sql_of, temp_table

_SERIES = ("source_family", "geography_vintage", "measure", "stratum_type", "stratum",
           "window_type", "period_start", "period_end")  # fmt: skip


@dataclass(frozen=True)
class OfEvery:
    """The areas of a kind in one series and period, by whether a statement holds for them.

    Attributes:
        series: Columns that name the series, group and period.
        true: Areas for which it holds, with their rates.
        false: Areas for which it does not.
        unknown: Areas whose rate is withheld or absent, so that nothing is known of them.
    """

    series: dict[str, Any]
    true: list[tuple[str, Fraction]] = field(default_factory=list)
    false: list[tuple[str, Fraction]] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)

    @property
    def areas(self) -> int:
        """Areas of the kind that the series has in that period."""
        return len(self.true) + len(self.false) + len(self.unknown)


def of_every(con: duckdb.DuckDBPyConnection, words: Vocabulary, stated: Statement) -> list[OfEvery]:
    """Return for which areas of a kind a statement holds, by series.

    Args:
        con: Tables of the release, with what is asked for.
        words: Words of the release.
        stated: What is stated of every area; of those within an area, if one is stated.

    Raises:
        NotUnderstoodError: A ratio, change, count or several periods are stated of every area.
    """
    if stated.unit not in {"", "rate"} or stated.about or len(stated.periods) > 1:
        raise NotUnderstoodError(
            "of every area of a kind only rates of one period are searched; expected as in "
            "'every state more than 4 2022'."
        )
    temp_table(con, "areas_of_kind", _areas(words, stated))
    period = stated.periods[0] if stated.periods else None
    rows = records(
        con,
        sql_of(__file__, "every_area"),
        {"first": period and period.start, "last": period and period.end},
    )
    found = []
    for key, each in groupby(rows, key=lambda row: tuple(row[name] for name in _SERIES)):
        of_series = OfEvery(dict(zip(_SERIES, key, strict=True)))
        for row in each:
            _judge(row, stated, of_series)
        if of_series.true or of_series.false:
            found.append(of_series)
    return sorted(found, key=lambda each: (len(each.false), -len(each.true)))


def _areas(words: Vocabulary, stated: Statement) -> pd.DataFrame:
    within = {code for names in stated.areas for code in names}
    return pd.DataFrame(
        [
            {"area_code": code}
            for code, area in words.areas.items()
            if area.kind in stated.every and (not within or within & set(_above(words, code)))
        ],
        columns=["area_code"],
        dtype="str",
    )


def _above(words: Vocabulary, code: str) -> Iterator[str]:
    here: str | None = code
    while here is not None and here in words.areas:
        yield here
        here = words.areas[here].parent


def _judge(row: dict[str, Any], stated: Statement, of_series: OfEvery) -> None:
    if row["rate"] is None:
        of_series.unknown.append(row["area_name"])
        return
    per = stated.per or row["rate_per"]
    if row["numerator"] is not None and row["denominator"]:
        value = per * Fraction(row["numerator"]) / Fraction(row["denominator"])
    else:
        value = Fraction(repr(row["rate"])) * per / row["rate_per"]
    (of_series.true if _holds(value, stated) else of_series.false).append((row["area_name"], value))


def _holds(value: Fraction, stated: Statement) -> bool:
    number = stated.number
    if not number.bound:
        way = rounding(value, number)
        return way is not None and way.cost == 0
    if value == number.value:
        return stated.is_inclusive
    return (value > number.value) == (number.bound == "more than")


def every_in_words(each: OfEvery) -> dict[str, Any]:
    """Return for programs and people which areas make a statement true."""
    series = each.series
    period = Period(series["period_start"], series["period_end"])
    shown = len(each.true) + len(each.false)
    said = f"true of {len(each.true)} of {shown} that are shown"
    if each.unknown:
        said += f"; nothing is known of {len(each.unknown)}"
    verdict = "false" if each.false else "unknown" if each.unknown else "true"
    return {
        "table": "rates",
        "row": {name: str(value) for name, value in series.items()},
        "verdict": verdict,
        "wording": f"{series['measure'].replace('_', ' ').capitalize()}, {period}: {said}",
        "true_of": _named(each.true),
        "not_true_of": _named(each.false),
        "not_known_of": sorted(each.unknown),
    }


def _named(areas: Sequence[tuple[str, Fraction]]) -> list[dict[str, Any]]:
    ordered = sorted(areas, key=lambda area: (area[1], area[0]))
    return [{"area_name": name, "value_text": half_away(value, 4)} for name, value in ordered]
