"""Intake rules of data.cdc.gov extracts.

Every rule returns the offending staging rows with a ``problem`` column in plain words. What is
absent from the extract is returned as a row that carries only its labels.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice, pairwise

import pandas as pd

from assets.archive.dataset import IntakeRule, ParsedExtract
from assets.producers.nchs.soda.layouts import VSRR_COUNTS, SodaLayout
from assets.producers.nchs.staging_frame import staging_frame
from assets.producers.nchs.states import NATION_IN_CAPITALS, STATES_IN_CAPITALS, VSRR_AREAS
from assets.producers.nchs.tables import NCHS_SERIES, NCHS_VSRR
from assets.text.months import MONTHS

MONTHLY, TWELVE_MONTHS = "Monthly", "12 Month-ending"
BIRTHS, DEATHS, INFANT_DEATHS = (
    "Number of Live Births",
    "Number of Deaths",
    "Number of Infant Deaths",
)
ROUNDED_TO = {BIRTHS: 1000, DEATHS: 1000, INFANT_DEATHS: 100}
"""Unit that the national rows are rounded to; state rows are exact."""

_VOCABULARY = {
    "state": VSRR_AREAS,
    "month": frozenset(MONTHS),
    "period": frozenset({MONTHLY, TWELVE_MONTHS}),
    "indicator": frozenset(ROUNDED_TO),
}
_VSRR_KEY = ["state", "year", "month", "period", "indicator"]
_SERIES_KEY = ["period", "topic", "indicator", "time_period", "source_column"]
_MOST_REPORTED = 1000
_JUMP = 1.5
_AGAIN = "Download the whole dataset again; do not edit it."


def negative_values(parsed: ParsedExtract) -> pd.DataFrame:
    """Return cells below zero."""
    return parsed.frame[parsed.frame["value"] < 0].assign(problem="a value below zero")


def repeated_keys(key: list[str]) -> Callable[[ParsedExtract], pd.DataFrame]:
    """Return a rule function that finds rows with equal ``key`` columns."""

    def offending(parsed: ParsedExtract) -> pd.DataFrame:
        repeated = parsed.frame.duplicated(key, keep=False)
        return parsed.frame[repeated].assign(problem="the same labels occur in another record")

    return offending


def unknown_words(parsed: ParsedExtract) -> pd.DataFrame:
    """Return provisional counts whose area, month, period or indicator is not a known word."""
    frame = parsed.frame
    found = [
        frame[~frame[column].isin(words)].assign(problem=f"an unknown {column}")
        for column, words in _VOCABULARY.items()
    ]
    return pd.concat(found)


def absent_areas(parsed: ParsedExtract) -> pd.DataFrame:
    """Return the areas that a month lacks; only infant deaths and sums are national alone."""
    frame = parsed.frame
    by_area = frame[(frame["period"] == MONTHLY) & frame["indicator"].isin([BIRTHS, DEATHS])]
    beside_nation = by_area[by_area["state"] != NATION_IN_CAPITALS]
    indicators = sorted({BIRTHS, *beside_nation["indicator"]})
    months = frame[["year", "month"]].drop_duplicates().itertuples(index=False)
    found = by_area.groupby(["indicator", "year", "month"])["state"].agg(set).to_dict()
    return _absent(
        {"state": s, "year": y, "month": m, "period": MONTHLY, "indicator": i}
        for y, m in months
        for i in indicators
        for s in sorted(VSRR_AREAS - found.get((i, y, m), set()))
    )


def absent_months(parsed: ParsedExtract) -> pd.DataFrame:
    """Return the months that a national or state series lacks inside the window."""
    frame = parsed.frame.assign(at=month_number(parsed.frame))
    window = range(int(frame["at"].min()), int(frame["at"].max()) + 1)
    series = frame.groupby(["state", "period", "indicator"])["at"].agg(set).reset_index()
    absent: Iterator[dict[str, object]] = (
        {
            "state": row["state"],
            "period": row["period"],
            "indicator": row["indicator"],
            "year": str(at // 12),
            "month": MONTHS[at % 12],
        }
        for row in series.to_dict(orient="records")
        for at in window
        if at not in row["at"]
    )
    return _absent(islice(absent, _MOST_REPORTED))


def nation_apart_from_states(parsed: ParsedExtract) -> pd.DataFrame:
    """Return national monthly rows that differ from the rounded sum of the 51 states.

    Puerto Rico stands beside the states and is not part of the nation.
    """
    frame = parsed.frame[parsed.frame["period"] == MONTHLY]
    states = frame[frame["state"].isin(STATES_IN_CAPITALS)]
    sums = states.groupby(["year", "month", "indicator"])["value"].agg(["sum", "count"])
    nation = frame[frame["state"] == NATION_IN_CAPITALS]
    beside = nation.join(sums, on=["year", "month", "indicator"])
    unit = beside["indicator"].map(ROUNDED_TO)
    complete = beside["count"] == len(STATES_IN_CAPITALS)
    wrong = complete & ((beside["value"] - beside["sum"]).abs() > unit / 2)
    sums_of_wrong = beside["sum"][wrong]
    return nation[wrong].assign(problem=[f"the states sum to {s:.0f}" for s in sums_of_wrong])


def unrounded_nation(parsed: ParsedExtract) -> pd.DataFrame:
    """Return national rows that are not rounded as the producer says."""
    frame = parsed.frame
    nation = frame[(frame["state"] == NATION_IN_CAPITALS) & frame["value"].notna()]
    wrong = nation["value"] % nation["indicator"].map(ROUNDED_TO) != 0
    return nation[wrong].assign(problem="not a multiple of the producer's rounding unit")


def more_infant_deaths_than_births(parsed: ParsedExtract) -> pd.DataFrame:
    """Return infant deaths that exceed the births of the same area and period."""
    frame = parsed.frame
    place = ["state", "year", "month", "period"]
    births = frame[frame["indicator"] == BIRTHS].drop_duplicates(place).set_index(place)["value"]
    deaths = frame[frame["indicator"] == INFANT_DEATHS]
    beside = deaths.join(births.rename("births"), on=place)["births"]
    found = deaths[deaths["value"] > beside]
    return found.assign(problem=[f"births: {b:.0f}" for b in beside[found.index]])


def absent_periods(parsed: ParsedExtract) -> pd.DataFrame:
    """Return the years or quarters missing between the first and the last of a series."""
    frame = parsed.frame
    series = frame.assign(indicator=frame["indicator"].fillna("").str.strip())
    grouped = series.groupby(["indicator", "time_period", "source_column"], dropna=False)
    gaps = [
        {
            "indicator": indicator or None,
            "time_period": time_period if isinstance(time_period, str) else None,
            "source_column": column,
            "period": f"between {before} and {after}",
        }
        for (indicator, time_period, column), rows in grouped
        if rows["value"].notna().any()
        for before, after in pairwise(sorted(rows["period"].unique()))
        if period_number(after) - period_number(before) > 1
    ]
    return staging_frame(NCHS_SERIES, gaps).assign(problem="periods are absent")


def empty_measures(parsed: ParsedExtract) -> pd.DataFrame:
    """Return measured cells without number and without word."""
    return parsed.frame[parsed.frame["raw_text"] == ""].assign(problem="an empty cell")


def lonely_jumps(parsed: ParsedExtract) -> pd.DataFrame:
    """Return values that differ from both neighbouring periods by a factor above 1.5.

    At an end of a series these are the two nearest ones.
    """
    frame = parsed.frame[parsed.frame["value"] > 0]
    number = frame["period"].map(period_number)
    ordered = frame.assign(at=number).sort_values("at")
    key = ["indicator", "time_period", "source_column"]
    values = ordered.groupby(key, dropna=False)["value"]
    before = values.shift(1).fillna(values.shift(-2))
    after = values.shift(-1).fillna(values.shift(2))
    ratios = pd.concat([ordered["value"] / before, ordered["value"] / after], axis=1)
    jumps = (ratios.min(axis=1) > _JUMP) | (ratios.max(axis=1) < 1 / _JUMP)
    found = ordered[jumps].drop(columns="at")
    return found.assign(problem="far from the periods beside it")


def uneven_ends(parsed: ParsedExtract) -> pd.DataFrame:
    """Return the first and last rows of series that start or end apart from the others."""
    frame = parsed.frame[parsed.frame["value"].notna()]
    key = ["indicator", "time_period", "source_column"]
    periods = frame.groupby(key, dropna=False)["period"]
    first, last = periods.transform("min"), periods.transform("max")
    late = (frame["period"] == first) & (first != frame["period"].min())
    early = (frame["period"] == last) & (last != frame["period"].max())
    ends: pd.DataFrame = frame[late | early]
    return ends.assign(problem="other series reach further")


def month_number(frame: pd.DataFrame) -> pd.Series[int]:
    """Return months counted from year 0 for rows with a year and an English month name."""
    known = frame["month"].map({name: i for i, name in enumerate(MONTHS)}).fillna(0).astype("int64")
    return frame["year"].astype("int64") * 12 + known


def period_number(period: str) -> int:
    """Return a year, or a year and quarter, as a number that grows by one per period."""
    year, _, quarter = period.partition(" Q")
    return int(year) * 4 + int(quarter) if quarter else int(year)


def _absent(labels: Iterable[dict[str, object]]) -> pd.DataFrame:
    return staging_frame(NCHS_VSRR, list(labels)).assign(problem="absent from the extract")


_SIGN = IntakeRule("INTAKE-SODA-SIGN", "no value is below zero", _AGAIN, negative_values)

VSRR_RULES: tuple[IntakeRule, ...] = (
    IntakeRule(
        "INTAKE-VSRR-KEYS",
        "an area, month, period and indicator occur in one record only",
        f"A page was downloaded twice. {_AGAIN}",
        repeated_keys(_VSRR_KEY),
    ),
    _SIGN,
    IntakeRule(
        "INTAKE-VSRR-WORDS",
        "areas, months, periods and indicators are the words that the producer uses",
        "The producer changed its vocabulary: read the dataset's page, then extend the lists.",
        unknown_words,
    ),
    IntakeRule(
        "INTAKE-VSRR-AREAS",
        "every month has all 53 areas: the nation, 50 states, the District of Columbia and "
        "Puerto Rico",
        f"A page is missing. {_AGAIN}",
        absent_areas,
    ),
    IntakeRule(
        "INTAKE-VSRR-MONTHS",
        "every series has every month between the first and the last of the window",
        f"A page is missing. {_AGAIN}",
        absent_months,
    ),
    IntakeRule(
        "INTAKE-VSRR-NATION",
        "the national row is the sum of the 51 states, rounded; Puerto Rico is not in it",
        f"Records were mixed from two editions, or changed. {_AGAIN}",
        nation_apart_from_states,
    ),
    IntakeRule(
        "INTAKE-VSRR-INFANTS",
        "infant deaths do not exceed births",
        _AGAIN,
        more_infant_deaths_than_births,
    ),
    IntakeRule(
        "INTAKE-VSRR-ROUNDING",
        "national births and deaths are rounded to 1,000, infant deaths to 100",
        "The producer may have changed its rounding; the tolerance of comparisons follows it.",
        unrounded_nation,
        required=False,
    ),
)


def _series_rules(groups_come_and_go: bool) -> tuple[IntakeRule, ...]:
    """Return the rules of a national series.

    Args:
        groups_come_and_go: The producer adds and drops groups over the years, so that gaps,
            empty cells and jumps are only reported.
    """
    required = not groups_come_and_go
    return (
        IntakeRule(
            "INTAKE-SERIES-KEYS",
            "a period and indicator occur in one record only",
            f"A page was downloaded twice. {_AGAIN}",
            repeated_keys(_SERIES_KEY),
        ),
        _SIGN,
        IntakeRule(
            "INTAKE-SERIES-PERIODS",
            "a series has every period between its first and its last",
            f"A page is missing. {_AGAIN}",
            absent_periods,
            required,
        ),
        IntakeRule(
            "INTAKE-SERIES-VALUES",
            "every record has its figures",
            f"Records were changed or cut off. {_AGAIN}",
            empty_measures,
            required,
        ),
        IntakeRule(
            "INTAKE-SERIES-JUMPS",
            "no figure is more than 1.5 times, or less than 1/1.5 of, the periods beside it",
            f"A digit was lost. {_AGAIN}",
            lonely_jumps,
            required,
        ),
        IntakeRule(
            "INTAKE-SERIES-ENDS",
            "all series of the dataset start and end together",
            "The end of the download may be missing; compare with the dataset's page.",
            uneven_ends,
            required=False,
        ),
    )


SERIES_RULES = _series_rules(groups_come_and_go=False)
CHANGING_GROUPS_RULES = _series_rules(groups_come_and_go=True)


def rules_of(layout: SodaLayout) -> tuple[IntakeRule, ...]:
    """Return the rules for extracts of a dataset."""
    if layout is VSRR_COUNTS:
        return VSRR_RULES
    return CHANGING_GROUPS_RULES if layout.groups_come_and_go else SERIES_RULES
