"""What a sentence such as ``6.3 US 2008-2009`` states: number, unit, areas, periods, groups."""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache

from assets.release.claim_search.roundings import Bound, Number, number
from assets.text.months import MONTHS, SHORT_MONTHS
from assets.text.suggest import did_you_mean

EXAMPLE = "6.3 US 2008-2009"
_DASHES = re.compile("[\N{HYPHEN}\N{NON-BREAKING HYPHEN}\N{EN DASH}\N{EM DASH}\N{MINUS SIGN}]")
_YEAR = r"(?:19|20)[0-9]{2}"
_MONTH = "|".join(sorted((*MONTHS, "Sept", *SHORT_MONTHS), key=len, reverse=True)).lower()
_KINDS = {
    "state": ("state",),
    "region": ("region",),
    "county": ("county",),
    "authority": ("unitary_authority", "metropolitan_district", "non_metropolitan_district",
                  "london_borough"),
}  # fmt: skip
"""Kinds of area that a statement may be about all of, by the word for one."""
_EVERY = re.compile(
    r"\b(?:all|every|each)(?: of)?(?: the)?(?: [0-9]{1,3})?(?: us| english| local)?"
    r" (state|region|count(?=y|ies)|authorit(?=y|ies))(?:s|y|ies)?\b"
)
_ABOUT = {
    "averted": re.compile(r"\b(?:(?:deaths )?(?:averted|avoided|prevented)|lives saved)\b"),
    "part": re.compile(r"\b(?:of the difference|due to|because of|explained by|attributable to)\b"),
    "bound": re.compile(r"\b(?:(?:lower|upper) )?bounds?\b"),
    "unknown": re.compile(r"\bunknown\b"),
    "deaths": re.compile(r"\bof (?:all |the )*(?:(?:infant|neonatal) )?deaths\b"),
    "births": re.compile(r"\bof (?:all |the )*(?:live )?births\b"),
}
"""Words that ask for another number than a rate or a count."""
_BEGIN, _END = r"(?<![\w.,+-])", r"(?![\w%]|[.,][0-9])"
_ENDING = re.compile(
    rf"(?:(?:12|twelve) months|year) (?:to|ending|ended)(?: in)? "
    rf"(?:({_YEAR})-([0-9]{{2}})|({_MONTH})\.? ({_YEAR})){_END}"
)
_SPAN = re.compile(
    rf"{_BEGIN}(?:between |from )?({_YEAR}) ?(?:-|/|\+|to|and|through|until) ?({_YEAR}|[0-9]{{2}})"
    rf"{_END}"
)
_ONE_YEAR = re.compile(rf"{_BEGIN}({_YEAR}){_END}")
_PER = re.compile(
    r"(?:%|\bper ?cent\b)|\bper (?:(100(?:,?000)?|10,?000|1,?000)|(thousand|hundred|million))"
    r"(?: (?:live )?births| population| people)?\b|(\N{PER MILLE SIGN})"
)
_PER_CENT = re.compile(r"%|\bper ?cent\b")
_TIMES = re.compile(r"(?<=[0-9]) ?(?:x|\N{MULTIPLICATION SIGN}|times|-?fold)(?!\w)")
_ONE_IN = re.compile(r"\b(?:1|one) (?:in|of|out of)(?: every)? (?=[0-9])")
_IN_WORDS = {"one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6",
             "seven": "7", "eight": "8", "nine": "9", "ten": "10"}  # fmt: skip
_TWICE = re.compile(r"\b(?:twice|double)\b")
_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?|[+-]?\.[0-9]+")
_MORE = re.compile(r"(?:\b(?:more than|over|above|exceeds|at least)\b|>) ?(?=[0-9])")
_LESS = re.compile(r"(?:\b(?:less than|fewer than|under|below|almost|nearly|up to)\b|<) ?(?=[0-9])")
_INCLUSIVE = re.compile(r"\b(?:at least|up to)\b")
_UNIT_OF_GROUP = r"(?= ?[0-9,.]+ ?(?:weeks?|wks?|g|grams?|years?)\b)"
_AT_LEAST = re.compile(r"(?:>=|\N{GREATER-THAN OR EQUAL TO}|>) ?" + _UNIT_OF_GROUP)
_UNDER = re.compile(r"(?:<|\bless than|\bbelow) ?" + _UNIT_OF_GROUP)
_NOISE = frozenset({
    "a", "about", "against", "all", "among", "an", "and", "annual", "annually", "approx",
    "approximately", "around", "at", "average", "babies", "baby", "be", "been", "between",
    "births", "born", "by", "change", "changed", "compared", "die", "dies", "difference",
    "each", "every", "figure", "for", "from", "had", "has", "have", "in", "infants", "is", "it",
    "its", "live", "mortality", "mother", "mothers", "number", "of", "on", "or", "per",
    "percentage", "period", "rate", "rates", "than", "that", "the", "their", "there", "to",
    "total", "versus", "vs", "was", "were", "with", "women", "year", "years",
})  # fmt: skip
_UNITS = {"deaths": "count", "died": "count", "births": "count", "rate": "rate", "rates": "rate",
          "ratio": "ratio", "gap": "ratio"}  # fmt: skip
_FALLS = frozenset({"fell", "fall", "falls", "decrease", "decreased", "declined", "drop", "dropped",
                    "reduction", "reduced", "lower", "down"})  # fmt: skip
_RISES = frozenset({"rose", "rise", "rises", "increase", "increased", "higher", "up", "grew"})


class NotUnderstoodError(ValueError):
    """A sentence states no number, several, or has words that nothing here goes by."""


@dataclass(frozen=True)
class Meaning:
    """What a phrase names.

    Attributes:
        kind: ``area``, ``measure`` or ``group``.
        names: Codes that the phrase can stand for: of areas, of measures, or of groups
            (``dimension=group``).
    """

    kind: str
    names: tuple[str, ...]


Phrases = Mapping[tuple[str, ...], Meaning]


@dataclass(frozen=True)
class Period:
    """A stated period, with both days included."""

    start: date
    end: date

    def __str__(self) -> str:
        if (self.start.month, self.end.month) != (1, 12):
            return f"12 months to {self.end:%Y-%m}"
        if self.start.year == self.end.year:
            return str(self.end.year)
        return f"{self.start.year}-{self.end.year}"


@dataclass
class Statement:
    """What a sentence states.

    Attributes:
        text: The sentence.
        number: Its number.
        unit: ``rate``, ``count``, ``one in`` (births for one death), ``ratio``, ``change`` or
            nothing.
        per: Denominator units that a rate refers to, if stated.
        areas: Codes that each stated area can have.
        periods: Periods in the order in which they are stated.
        measures: Measure, if stated.
        groups: Groups that each stated characteristic can have.
        every: Kinds of area that are said to be so one by one, as of every state.
        about: What is asked for instead of a rate or a count, as deaths ``averted``.
        is_inclusive: The number itself is within the bound, as in at least 5.
        is_from_to: A span is stated in words, as from 2008 to 2010: of a change, its two ends.
    """

    text: str
    number: Number
    unit: str = ""
    per: int | None = None
    areas: list[tuple[str, ...]] = field(default_factory=list)
    periods: list[Period] = field(default_factory=list)
    measures: tuple[str, ...] = ()
    groups: list[tuple[str, ...]] = field(default_factory=list)
    every: tuple[str, ...] = ()
    about: str = ""
    is_inclusive: bool = False
    is_from_to: bool = False


def plainly_written(text: str) -> str:
    """Return a text in lower case, with plain hyphens and single blanks."""
    text = _DASHES.sub("-", unicodedata.normalize("NFKC", text).strip())
    return " ".join(text.casefold().split())


@cache
def words_of(text: str) -> tuple[str, ...]:
    """Return the words of a name or phrase, as phrases are compared; each is looked at often."""
    bare = re.sub(r"[^\w\s<>=%&|+-]", " ", plainly_written(text).replace(",", ""))
    return tuple(word for word in re.split(r"[\s-]+", bare) if word)


def read_statement(text: str, phrases: Phrases) -> Statement:
    """Return what a sentence states.

    Args:
        text: The sentence.
        phrases: What words stand for areas, measures and groups.

    Raises:
        NotUnderstoodError: It cannot be read in one way; the message says what is missing.
    """
    rest = plainly_written(text)
    found = Statement(text, number("0"))
    rest = _AT_LEAST.sub(" at least ", _UNDER.sub(" under ", rest))
    rest = _take_kind(rest, found)
    rest = _take_named(rest, phrases, found)
    rest = _take_periods(rest, found)
    rest = _take_unit(rest, found)
    bound: Bound = ""
    found.is_inclusive = bool(_INCLUSIVE.search(rest))
    if _MORE.search(rest):
        bound, rest = "more than", _MORE.sub(" ", rest)
    elif _LESS.search(rest):
        bound, rest = "less than", _LESS.sub(" ", rest)
    numbers, unknown, fell = [], [], False
    for word in re.split(r"[\s;:!?()\"]+|[,.'](?:\s|$)", rest):
        if _NUMBER.fullmatch(word):
            numbers.append(word)
        elif word in _FALLS | _RISES:
            found.unit, fell = found.unit or "change", fell or word in _FALLS
        elif word in _UNITS:
            found.unit = found.unit or _UNITS[word]
        elif word.strip("-<>=+/.,'") and word not in _NOISE:
            unknown.append(word.strip("-.,'"))
    if unknown:
        raise NotUnderstoodError(_not_understood(unknown, phrases))
    found.number = _one_number(text, numbers, bound, fell)
    _settle_unit(found)
    return found


def _take_kind(rest: str, found: Statement) -> str:
    """Take out of a sentence what it is about: every area of a kind, or another number."""
    if every := _EVERY.search(rest):
        word = {"count": "county", "authorit": "authority"}.get(every[1], every[1])
        found.every, rest = _KINDS[word], _EVERY.sub(" ", rest)
    is_share = bool(_PER_CENT.search(rest))
    for about, pattern in _ABOUT.items():
        if (is_share or about not in {"deaths", "births"}) and pattern.search(rest):
            found.about, rest = about, pattern.sub(" ", rest)
            break
    return rest


def _settle_unit(found: Statement) -> None:
    if found.about:
        # Two periods or groups are the two sides of the number.
        found.unit = "rate" if found.per == 100 else found.unit
        return
    if len(found.groups) == 2 and _same_characteristic(found.groups) and found.unit != "count":
        found.unit = "ratio"
    elif found.per == 100 and (len(found.periods) == 2 or found.number.value < 0):
        found.unit = "change"
    if found.unit == "change" and len(found.periods) == 1 and found.is_from_to:
        (span,) = found.periods
        found.periods = [_year(span.start.year), _year(span.end.year)]
    if len(found.periods) > 2 or (len(found.periods) == 2 and found.unit not in {"change", ""}):
        said = ", ".join(map(str, found.periods))
        raise NotUnderstoodError(f"several periods are stated ({said}); expected one.")
    if len(found.periods) == 2:
        found.unit = "change"


def _same_characteristic(groups: Collection[tuple[str, ...]]) -> bool:
    kinds = [{name.partition("=")[0] for name in each} for each in groups]
    return bool(set.intersection(*kinds))


def _take_named(rest: str, phrases: Phrases, found: Statement) -> str:
    """Take areas, measures and groups out of a sentence, the longest phrases first."""
    pieces = re.split(r"(\s+)", rest)
    # A hyphen inside a name joins words; so does one between two names, as in Black-white.
    spread = [p for piece in pieces for p in re.split(r"((?<=[a-z])[-/](?=[a-z]))", piece) if p]
    words = [(i, words_of(p)) for i, p in enumerate(spread) if words_of(p)]
    longest = max(map(len, phrases), default=0)
    kept, place = list(spread), 0
    while place < len(words):
        for length in range(min(longest, len(words) - place), 0, -1):
            chosen = words[place : place + length]
            named = tuple(w for _, several in chosen for w in several)
            meaning = phrases.get(named)
            if meaning is None:
                continue
            _add(found, meaning)
            for i in range(chosen[0][0], chosen[-1][0] + 1):
                kept[i] = " "
            place += length
            break
        else:
            place += 1
    return " ".join("".join(kept).split())


def _add(found: Statement, meaning: Meaning) -> None:
    if meaning.kind == "area":
        found.areas.append(meaning.names)
    elif meaning.kind == "group":
        found.groups.append(meaning.names)
    elif found.measures and found.measures != meaning.names:
        raise NotUnderstoodError(
            f"two measures are stated ({found.measures[0]}, {meaning.names[0]}); expected one."
        )
    else:
        found.measures = meaning.names


def _take_periods(rest: str, found: Statement) -> str:
    taken: list[tuple[int, Period]] = []
    for pattern, periods in ((_ENDING, _ending), (_SPAN, _span), (_ONE_YEAR, _one_year)):
        for match in list(pattern.finditer(rest)):
            period = periods(match)
            if period is not None:
                found.is_from_to |= pattern is _SPAN and " " in match[0].strip()
                taken.append((match.start(), period))
                rest = rest[: match.start()] + " " * len(match[0]) + rest[match.end() :]
    found.periods = [period for _, period in sorted(taken, key=lambda pair: pair[0])]
    return rest


def _ending(match: re.Match[str]) -> Period | None:
    if match[1]:
        year, month = int(match[1]), int(match[2])
    else:
        year = int(match[4])
        month = [m[:3].lower() for m in MONTHS].index(match[3][:3]) + 1
    return _twelve_months(year, month) if 1 <= month <= 12 else None


def _span(match: re.Match[str]) -> Period | None:
    first, last = int(match[1]), int(match[2])
    if last < 100:
        end = first - first % 100 + last
        if end <= first and 1 <= last <= 12:
            return _twelve_months(first, last)
        last = end
    return Period(date(first, 1, 1), date(last, 12, 31)) if first < last else None


def _one_year(match: re.Match[str]) -> Period:
    return _year(int(match[1]))


def _year(year: int) -> Period:
    return Period(date(year, 1, 1), date(year, 12, 31))


def _twelve_months(year: int, month: int) -> Period:
    start = date(year, 1, 1) if month == 12 else date(year - 1, month + 1, 1)
    return Period(start, date(year, month, monthrange(year, month)[1]))


def _take_unit(rest: str, found: Statement) -> str:
    words = {"hundred": 100, "thousand": 1000, "million": 1_000_000}
    for match in _PER.finditer(rest):
        if match[1]:
            found.per = int(match[1].replace(",", ""))
        else:
            found.per = words[match[2]] if match[2] else 1000 if match[3] else 100
        found.unit = "rate"
    rest = _PER.sub(" ", rest)
    rest = _TWICE.sub("2 times", rest)
    rest = " ".join(_IN_WORDS.get(word, word) for word in rest.split(" "))
    if _TIMES.search(rest):
        found.unit, rest = "ratio", _TIMES.sub(" ", rest)
    if _ONE_IN.search(rest):
        found.unit, rest = "one in", _ONE_IN.sub(" ", rest)
    return rest


def _one_number(text: str, numbers: list[str], bound: Bound, fell: bool) -> Number:
    if not numbers:
        raise NotUnderstoodError(
            f"no number is stated in {text!r}; expected one, as in {EXAMPLE!r}. Four digits from "
            "1900 to 2099 are read as a year: write a count with a comma (2,010)."
        )
    if len(numbers) > 1:
        raise NotUnderstoodError(
            f"several numbers are stated ({', '.join(numbers)}); expected one, as in {EXAMPLE!r}."
        )
    word = f"-{numbers[0].lstrip('+-')}" if fell else numbers[0]
    return number(word, bound)


def _not_understood(unknown: Collection[str], phrases: Phrases) -> str:
    known = sorted({" ".join(phrase) for phrase in phrases})
    said = [f"{word!r}.{did_you_mean(word, known, 0.7)}" for word in unknown]
    return (
        f"not understood: {' '.join(said)} Expected a number with an area, a period, a measure "
        f"or a group by the names that the release has, as in {EXAMPLE!r}; nothing was searched."
    )


def listed(phrases: Phrases, kind: str) -> Iterator[str]:
    """Yield the phrases of one kind."""
    return (" ".join(phrase) for phrase, meaning in phrases.items() if meaning.kind == kind)
