"""Search the figures of the releases for those that make a statement true."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import duckdb

from assets.release.channels.releases_on_disk import Release
from assets.release.claim_search.compared import exact, is_comparison, pairs
from assets.release.claim_search.elsewhere import Elsewhere, search_elsewhere
from assets.release.claim_search.every_area import OfEvery, of_every
from assets.release.claim_search.roundings import Number, Rounding, rounding
from assets.release.claim_search.tables import ask, measures_meant, opened
from assets.release.claim_search.vocabulary import Vocabulary, vocabulary
from assets.release.claim_search.wording import Statement, read_statement
from assets.state.warehouse import records, sql_of

_SEARCHED = """
SELECT
    count(*) AS figures, count(DISTINCT source_family) AS series,
    count(*) FILTER (departs_area + departs_measure + departs_stratum + departs_period = 0)
        AS as_stated
FROM figures
"""
_MOST = 2000
_NEAREST = 8
_SAME = (
    "basis", "source_family", "geography_vintage", "area_set", "measure", "stratum_type", "stratum",
    "period_start", "period_end", "taken_as", "per", "release", "printed_by", "other_stratum",
    "other_start", "other_end", "rounded",
)  # fmt: skip
_NO_RATES = frozenset({"averted", "part", "unknown", "deaths"})
"""What is asked for that no rate or count is."""
_SCALES = (100, 1000, 10_000, 100_000)


@dataclass(frozen=True)
class Match:
    """A figure beside the stated number.

    Attributes:
        figure: Row of the search, by column.
        value: The exact value in the unit that is compared.
        way: How it becomes the stated number; nothing where it only nearly does.
        cost: How far it is from what is stated; the lowest is the best.
    """

    figure: Mapping[str, Any]
    value: Fraction
    way: Rounding | None
    cost: float

    @property
    def is_as_stated(self) -> bool:
        """Whether area, period, measure and group are those of the statement."""
        return not self.figure["departs"]


@dataclass(frozen=True)
class Found:
    """What a search found.

    Attributes:
        stated: What the sentence was read as.
        words: Words of the release, for its names.
        true: Figures that make the number true, the best first.
        nearly: Those that do not, the nearest first, as stated where there are any.
        elsewhere: Numbers of other tables that are the stated one, the plainest first.
        every: Of a statement about every area of a kind, which of them make it true, by series.
        searched: How many figures were compared, and how many of them are as stated.
    """

    stated: Statement
    words: Vocabulary
    true: Sequence[Match]
    nearly: Sequence[Match]
    elsewhere: Sequence[Elsewhere]
    every: Sequence[OfEvery]
    searched: Mapping[str, int]


def search(text: str, release: Release, earlier: Sequence[Release] = ()) -> Found:
    """Return the figures that make a statement true, and those that nearly do.

    Args:
        text: The statement, as ``6.3 US 2008-2009``.
        release: Release whose figures are searched.
        earlier: Releases before it, the newest first, for what they state otherwise.

    Raises:
        NotUnderstoodError: The statement cannot be read.
    """
    with opened(release, earlier) as con:
        return search_tables(con, text)


def search_tables(con: duckdb.DuckDBPyConnection, text: str) -> Found:
    """Search the figures of a connection: ``now_rates``, ``earlier_rates``, ``printed``, ``areas``.

    Raises:
        NotUnderstoodError: The statement cannot be read.
    """
    words = vocabulary(con)
    stated = read_statement(text, words.phrases)
    ask(con, words, stated)
    if stated.every:
        every = of_every(con, words, stated)
        counts = [each.areas for each in every]
        of_areas = {"figures": sum(counts), "series": len(every), "as_stated": sum(counts)}
        return Found(stated, words, (), (), (), every, of_areas)
    elsewhere = search_elsewhere(con, words, stated, measures_meant(stated))
    compares = is_comparison(stated)
    # The two periods of a change are compared where the pairs are made.
    period = stated.periods[0] if stated.periods and stated.unit != "change" else None
    con.execute(
        sql_of(__file__, "search"),
        {
            "first": period and period.start,
            "last": period and period.end,
            "most_departs": _most_departs(stated),
        },
    ).fetchall()
    candidates = (
        []
        if stated.about in _NO_RATES
        else (pairs(con, stated, _MOST) if compares else _candidates(con, stated))
    )
    searched = records(con, _SEARCHED)[0]
    matches = _apart([_match(row, stated.number) for row in candidates])
    true = _once(sorted((m for m in matches if m.way is not None), key=_order))
    nearly = _nearly(matches, stated.number)
    return Found(stated, words, true, nearly, elsewhere, (), searched)


def _most_departs(stated: Statement) -> int:
    """Return in how many parts a figure may depart from what is stated.

    Of so many areas one always has the number in another year, so without an area nothing may.
    """
    return 1 if stated.areas else 0


def _apart(matches: Sequence[Match]) -> list[Match]:
    """Return one match of those that are the same counts, as a pooled and a rolling window are."""
    found: dict[tuple[object, ...], Match] = {}
    for match in matches:
        row = match.figure
        key = (*(row.get(name) for name in _SAME), match.value)
        if key not in found or row["window_type"] != "pooled":
            found[key] = match
    return list(found.values())


def _once(matches: Sequence[Match]) -> list[Match]:
    """Return one match of each pair of figures: without rounding before, if that makes it true."""
    found: dict[tuple[object, ...], Match] = {}
    for match in matches:
        key = tuple(match.figure.get(name) for name in _SAME if name != "rounded")
        found.setdefault(key, match)
    return list(found.values())


def _nearly(matches: Sequence[Match], stated: Number) -> list[Match]:
    """Return the figures that miss the number, as stated where there are any."""
    missed = [m for m in matches if m.way is None and m.is_as_stated]
    if not missed and not any(m.way is not None for m in matches):
        missed = [m for m in matches if m.way is None]
    missed.sort(key=lambda m: (abs(m.value - stated.value), _order(m)))
    close = [m for m in missed if abs(m.value - stated.value) <= abs(stated.value) / 4]
    return (close or missed[:1])[:_NEAREST]


def _candidates(con: duckdb.DuckDBPyConnection, stated: Statement) -> list[dict[str, Any]]:
    number = stated.number
    if stated.unit in {"rate", "count", "one in"}:
        kinds = [stated.unit]
    else:
        kinds = ["rate"] if number.decimals else ["rate", "count"]
    return records(
        con,
        sql_of(__file__, "candidates"),
        {
            "number": float(number.value),
            "step": float(number.step),
            "scales": [stated.per] if stated.per else list(_SCALES),
            "per_is_stated": stated.per is not None,
            "kinds": kinds,
            "most": _MOST,
            "nearest": _NEAREST * 8,
            "most_departs": _most_departs(stated),
        },
    )


def _match(row: dict[str, Any], stated: Number) -> Match:
    value = _exact(row)
    way = rounding(value, stated)
    return Match(row, value, way, row["cost"] + (way.cost if way is not None else 0))


def _exact(row: Mapping[str, Any]) -> Fraction:
    """Return the value without the error of a binary fraction, where counts stand behind it."""
    if row["taken_as"] in {"ratio", "percent"}:
        return exact(row)
    numerator, denominator = row["numerator"], row["denominator"]
    match row["taken_as"]:
        case "rate" if numerator is not None and denominator:
            return int(row["per"]) * Fraction(numerator) / Fraction(denominator)
        case "one_in":
            return Fraction(denominator) / Fraction(numerator)
        case "numerator_a_year":
            return Fraction(numerator) / int(row["years"])
        case "numerator" | "denominator" as name:
            return Fraction(row[name])
    return Fraction(repr(row["value"]))


def _order(match: Match) -> tuple[float, str, str, str]:
    row = match.figure
    return (match.cost, str(row["period_end"]), row["source_family"], row["area_set"])
