"""How the page says numbers, names, periods and changes: one wording for all sections."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from assets.rates.rounding import half_away
from assets.schema.producers import all_series
from assets.schema.strata.vocabulary import JOINED, dimensions, groups_in, groups_of

MINUS = "\N{MINUS SIGN}"
_LONGEST = 60
_UNSEEN = re.compile(
    # Controls, and marks that turn the direction of what follows.
    r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]+"
)
_FIRST_STRONG, _END_ISOLATE = "\u2068", "\u2069"
_RIGHT_TO_LEFT = re.compile(r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_PROPER = ("Hispanic", "ONS", "NCHS", "NS-SEC")
_TESTED = {
    "significant_fall": "more than chance would do",
    "significant_rise": "more than chance would do",
    "no_significant_change": "no more than chance would do",
}


def name(text: object, longest: int | None = None) -> str:
    """Return a name of the data for display: no controls, its direction kept to itself.

    Args:
        text: Name.
        longest: Cut to so many characters, with an ellipsis.
    """
    shown = _UNSEEN.sub("", str(text)).strip() or "(no name)"
    if longest is not None and len(shown) > longest:
        shown = shown[: longest - 1].rstrip() + "…"
    if _RIGHT_TO_LEFT.search(shown):
        shown = f"{_FIRST_STRONG}{shown}{_END_ISOLATE}"
    return shown


def short(text: object) -> str:
    """Return a name of the data that fits into a sentence."""
    return name(text, _LONGEST)


def figure(value: float | None, decimals: int) -> str:
    """Return a number rounded once, half away from zero; a dash where there is none."""
    if value is None:
        return "–"
    text = half_away(value, decimals)
    whole, point, rest = text.lstrip("-").partition(".")
    nothing = not (whole + rest).strip("0")
    return (MINUS if value < 0 and not nothing else "") + f"{int(whole):,}{point}{rest}"


def count(value: float | None) -> str:
    """Return a count with separators: whole where it is whole."""
    if value is None:
        return "–"
    return figure(value, 0 if float(value).is_integer() else 1)


def interval(low: float | None, high: float | None, decimals: int) -> str:
    """Return an interval as ``5.45 to 5.60``."""
    if low is None or high is None:
        return "–"
    return f"{figure(low, decimals)} to {figure(high, decimals)}"


def percent(share: float | None, decimals: int = 0) -> str:
    """Return a share of 0 to 1 as ``12 %``."""
    return "–" if share is None else f"{figure(100 * share, decimals)} %"


def change(before: float, now: float, decimals: int, verdict: str | None) -> str:
    """Return a change of a rate and what its test says, in words.

    Args:
        before: Earlier rate.
        now: Later rate.
        decimals: Digits that both are printed with.
        verdict: Verdict of the table ``trends``.
    """
    was, is_now = figure(before, decimals), figure(now, decimals)
    said = f"fell from {was} to {is_now}" if now < before else f"rose from {was} to {is_now}"
    if was == is_now:
        said = f"stayed at {is_now}"
    return f"{said}; {_TESTED.get(verdict or '', 'the difference was not tested')}"


def listed(names: Sequence[str], most: int = 6) -> str:
    """Return names as ``A, B and C``; the rest beyond ``most`` is counted."""
    shown = list(names[:most])
    if len(names) > most:
        return f"{', '.join(shown)} and {len(names) - most:,} more"
    return " and ".join([", ".join(shown[:-1]), shown[-1]]) if len(shown) > 1 else "".join(shown)


def counted(number: int, one: str, many: str) -> str:
    """Return ``1 state`` or ``3 states``."""
    return f"{number:,} {one if number == 1 else many}"


def series(family: str) -> str:
    """Return the name of a series for display."""
    known = all_series().get(family)
    return known.title if known else name(family)


def group(stratum_type: str, stratum: str) -> str:
    """Return a group within an area for display; of two that are crossed both."""
    return ", ".join(
        known.name if (known := groups_of(dimension).get(code)) else name(code).replace("_", " ")
        for dimension, code in groups_in(stratum_type, stratum).items()
    )


def kind_of_group(stratum_type: str) -> str:
    """Return what groups are told apart by, for display."""
    known = dimensions()
    titles = [
        known[part].title if part in known else name(part).replace("_", " ")
        for part in stratum_type.split(JOINED)
    ]
    return " and ".join(t if t.startswith(_PROPER) else t[0].lower() + t[1:] for t in titles)


def measure(text: str) -> str:
    """Return the name of a measure for display."""
    return name(text).replace("_", " ")


def kind_of_area(text: str, many: bool = True) -> str:
    """Return the name of a kind of area for display."""
    plain = name(text).replace("_", " ")
    if not many:
        return plain
    if plain.endswith("ies") or plain.endswith("areas"):
        return plain
    return plain[:-1] + "ies" if plain.endswith("y") else plain + "s"


def day(moment: str | date) -> str:
    """Return a day as ``28 November 2026``."""
    on = moment if isinstance(moment, date) else date.fromisoformat(moment[:10])
    return f"{on.day} {on:%B %Y}"
