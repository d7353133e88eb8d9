"""Say what a search found: what the statement was read as, and why each figure is there."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from assets.rates.measures import measures
from assets.rates.rounding import half_away
from assets.release.claim_search.search import Found, Match
from assets.release.claim_search.wording import Period, Statement
from assets.schema.producers import all_series
from assets.schema.strata.vocabulary import dimensions, groups_in, name_of

_KEY = (
    "source_family", "measure", "area_code", "geography_vintage", "stratum_type", "stratum",
    "window_type", "period_start", "period_end",
)  # fmt: skip
_OF_GROUPS = ("stratum_type", "stratum")
_COMPARED = ("ratio", "percent")
_ROUNDED = {"one_decimal": "rates rounded to one decimal before",
            "two_decimals": "rates rounded to two decimals before"}  # fmt: skip


def reading(found: Found) -> dict[str, str]:
    """Return what the statement was read as, by part."""
    stated = found.stated
    per = f"per {stated.per:,}" if stated.per else ""
    unit = {"": "a rate or a count", "change": "a change in per cent",
            "one in": "one death in so many births"}  # fmt: skip
    said = unit.get(stated.unit, f"a {stated.unit}")
    asked = {"averted": "deaths averted", "part": "a part of a difference", "bound": "a bound",
             "unknown": "a share of those not known", "deaths": "a share of deaths",
             "births": "a share of births"}  # fmt: skip
    if stated.about:
        said = asked[stated.about]
    elif stated.number.decimals and not stated.unit:
        said = "a rate"
    bound = f"{stated.number.bound} " if stated.number.bound else ""
    if stated.is_inclusive:
        bound = {"more than ": "at least ", "less than ": "up to "}.get(bound, bound)
    return {
        "number": f"{bound}{stated.number.text} {per}".strip() + f" ({said})",
        "area": _areas_stated(found),
        "period": " and ".join(map(str, stated.periods)) or "any (none is stated)",
        "measure": " or ".join(m.replace("_", " ") for m in stated.measures)
        or "infant mortality (none is stated)",
        "group": "; ".join(
            " or ".join(_group(*name.split("=", 1)) for name in each)
            or "one of which this release has nothing"
            for each in stated.groups
        )
        or "all births",
    }


def _areas_stated(found: Found) -> str:
    every = " or ".join(kind.replace("_", " ") for kind in found.stated.every)
    if not found.stated.areas:
        return f"every {every}" if every else "any (none is stated)"
    return (f"every {every} within " if every else "") + " + ".join(
        " or ".join(f"{found.words.areas[code].name} ({code})" for code in codes)
        for codes in found.stated.areas
    )


def match_in_words(match: Match, found: Found) -> dict[str, Any]:
    """Return a match for programs: its value, what it is made of, and how to walk back from it."""
    row = match.figure
    return {
        "value": float(match.value),
        "value_text": _value(match),
        "rounding": match.way.words if match.way is not None else None,
        "difference": float(match.value - found.stated.number.value),
        "is_as_stated": match.is_as_stated,
        "departs": list(_departures(match, found.stated)),
        "made_of": _made_of(row),
        "how": _how(row),
        "basis": row["basis"],
        "taken_as": row["taken_as"],
        "release": row["release"],
        "source_family": row["source_family"],
        "area_code": row["area_codes"].replace("|", " + "),
        "area_name": row["area_name"],
        "geography_vintage": row["geography_vintage"],
        "measure": row["measure"],
        "stratum_type": row["stratum_type"],
        "stratum": row["stratum"],
        "period": _period(row["period_start"], row["period_end"]),
        "is_provisional": bool(row["is_provisional"]),
        "explain": list(commands(row)),
    }


def commands(row: Mapping[str, Any]) -> Iterator[str]:
    """Yield the command lines that walk each released row of a figure back to its source."""
    for code in row["area_codes"].split("|"):
        for figure in _both(row):
            for window, start, end in _windows(figure):
                key = {**figure, "area_code": code, "window_type": window, "period_start": start,
                       "period_end": end}  # fmt: skip
                words = [f"{n}={key[n]}" for n in _KEY if n not in _OF_GROUPS or key[n] != "all"]
                yield shlex.join(["imr", "explain", "rates", *words, "--release", row["release"]])


def _both(row: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield a figure, and the one that it is compared with."""
    yield row
    if row["taken_as"] in _COMPARED:
        yield {**row, "stratum": row["other_stratum"], "period_start": row["other_start"],
               "period_end": row["other_end"], "window_type": row["other_window"],
               "basis": row["other_basis"], "numerator": row["other_numerator"],
               "denominator": row["other_denominator"], "rate": row["other_rate"]}  # fmt: skip


def _windows(row: Mapping[str, Any]) -> Iterator[tuple[str, date, date]]:
    if row["basis"] != "computed":
        yield row["window_type"], row["period_start"], row["period_end"]
        return
    for year in range(row["period_start"].year, row["period_end"].year + 1):
        yield "annual", date(year, 1, 1), date(year, 12, 31)


def _value(match: Match) -> str:
    row = match.figure
    if row["taken_as"] in {"rate", "mean_of_rates"}:
        return f"{half_away(match.value, 4)} per {row['per']:,}"
    if row["taken_as"] == "percent":
        return f"{half_away(match.value, 3)} %"
    if row["taken_as"] == "ratio":
        return f"{half_away(match.value, 4)} times"
    if row["taken_as"] == "one_in":
        return f"one in {half_away(match.value, 2)}"
    decimals = 0 if match.value.denominator == 1 else 1
    return f"{float(Fraction(half_away(match.value, decimals))):,.{decimals}f}"


def _departures(match: Match, stated: Statement) -> Iterator[str]:
    row = match.figure
    if row["departs_period"] and stated.unit == "change":
        spans = [_period(row["other_start"], row["other_end"]),
                 _period(row["period_start"], row["period_end"])]  # fmt: skip
        yield f"{' to '.join(spans)}, not {' to '.join(map(str, stated.periods))}"
    elif row["departs_period"] and stated.periods:
        yield f"{_period(row['period_start'], row['period_end'])}, not {stated.periods[0]}"
    if row["departs_area"]:
        yield f"{row['area_name']}, not the area that is stated"
    if row["departs_measure"]:
        wanted = (stated.measures or ("infant_mortality",))[0].replace("_", " ")
        yield f"{row['measure'].replace('_', ' ')}, not {wanted}"
    if row["departs_stratum"]:
        of = stratum_in_words(row["stratum_type"], row["stratum"])
        yield f"{of}, not {'the group that is stated' if stated.groups else 'all births'}"


def stratum_in_words(kind: str, stratum: str) -> str:
    """Return the group or groups of a stratum in words."""
    groups = groups_in(kind, stratum)
    return " and ".join(_group(d, g) for d, g in groups.items()) or "all births"


def _group(dimension: str, code: str) -> str:
    known = dimensions().get(dimension)
    return f"{name_of(dimension, code)} ({known.title if known else dimension})"


def _made_of(row: Mapping[str, Any]) -> str:
    """Return the counts of a figure with their names."""
    if row["taken_as"] in _COMPARED:
        said = []
        for figure in _both(row):
            of = stratum_in_words(figure["stratum_type"], figure["stratum"])
            when = _period(figure["period_start"], figure["period_end"])
            rate = f"{half_away(figure['rate'], 4)} per {figure['rate_per']:,}"
            counts = _made_of({**figure, "taken_as": "rate"})
            said.append(f"{of if figure['stratum'] != 'all' else when} {rate} ({counts})")
        return " against ".join(said)
    if row["numerator"] is None:
        return ""
    measure = next(m for m in measures() if m.name == row["measure"])
    top = f"{float(row['numerator']):,.10g} {measure.numerator.replace('_', ' ')}"
    if row["taken_as"] == "numerator":
        return top
    if row["taken_as"] == "numerator_a_year":
        return f"{top} in {row['years']} years"
    below = " and ".join(name.replace("_", " ") for name in measure.denominators)
    if row["denominator"] is None:
        return top
    return f"{top} / {float(row['denominator']):,.10g} {below}"


def _how(row: Mapping[str, Any]) -> str:
    series = all_series().get(row["source_family"])
    parts = [series.title if series is not None else row["source_family"]]
    period = _period(row["period_start"], row["period_end"])
    years = row["years"]
    if row["taken_as"] in _COMPARED and row["rounded"] in _ROUNDED:
        parts.append(_ROUNDED[row["rounded"]])
    if row["taken_as"] == "mean_of_rates":
        parts.append(f"{period}, mean of {years} annual rates, not pooled")
    elif years > 1 and row["window_type"] != "rolling_12_month":
        parts.append(f"{period}, {years} years pooled")
    else:
        parts.append(period)
    if row["area_codes"].count("|"):
        parts.append(f"{row['area_name']} added up")
    if row["basis"] == "computed":
        parts.append(f"computed from {years} released annual counts, not a window of the release")
    elif row["basis"] == "earlier":
        parts.append(f"as release {row['release']} had it; the newest one differs")
    elif row["basis"] == "printed":
        parts.append(f"as printed by {row['printed_by']}, beside counts that give another figure")
    if row["is_provisional"]:
        parts.append("provisional")
    if row["basis"] == "released" and not row["is_preferred"]:
        parts.append("not the preferred row")
    return "; ".join(parts)


def _period(start: date, end: date) -> str:
    return str(Period(start, end))
