"""Which words stand for the areas, measures and groups of a release."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import duckdb

from assets.release.claim_search.wording import Meaning, words_of
from assets.schema.codes import RATE_MEASURES
from assets.schema.strata.vocabulary import Group, dimensions, groups_in, groups_of

_MEASURES = {
    "infant_mortality": ("infant", "infant deaths", "imr"),
    "neonatal_mortality": ("neonatal", "neonatal deaths"),
    "early_neonatal_mortality": ("early neonatal", "early neonatal deaths"),
    "late_neonatal_mortality": ("late neonatal", "late neonatal deaths"),
    "postneonatal_mortality": ("postneonatal", "post-neonatal", "postneonatal deaths"),
    "perinatal_mortality": ("perinatal", "perinatal deaths"),
    "stillbirth": ("stillbirths", "still births"),
    "fetal_mortality": ("fetal", "fetal deaths"),
    "late_fetal_mortality": ("late fetal", "late fetal deaths"),
    "perinatal_mortality_i": ("perinatal i", "perinatal definition i"),
    "perinatal_mortality_ii": ("perinatal ii", "perinatal definition ii"),
    "no_prenatal_care": ("without prenatal care",),
    "late_or_no_prenatal_care": ("late or no prenatal care",),
    "maternal_mortality": ("maternal", "maternal deaths"),
    "live_births_per_population": ("birth rate", "births per population"),
}
"""Other words for measures; every measure goes by its own name too."""

_AREAS = {
    "US": ("usa", "u.s.", "u.s.a.", "america"),
    "K02000001": ("uk", "u.k."),
    "K04000001": ("ew", "e&w", "england & wales"),
}
_SAID = {
    "preterm": "under 37 weeks",
    "very preterm": "under 32 weeks",
    "extremely preterm": "under 28 weeks",
    "low birth weight": "under 2500 grams",
    "very low birth weight": "under 1500 grams",
    "most deprived": "decile 1",
    "least deprived": "decile 10",
}
"""Groups by the words of publications, and by those of the vocabulary."""

_UNITS = {"weeks": ("weeks", "weeks' gestation", "weeks of gestation"), "grams": ("grams", "g"),
          "years": ("years",)}  # fmt: skip
_BORN_IN = "country_of_birth_of_mother"
_WORDS_TOO = frozenset(
    {"al", "co", "de", "hi", "id", "in", "la", "ma", "me", "oh", "ok", "or", "pa"}
)
"""Postal codes of states that are words as well: such a state goes by its name."""


@dataclass(frozen=True)
class Area:
    """An area of a release.

    Attributes:
        name: Its name.
        kind: Its type.
        parent: Code of the area that it is a part of.
    """

    name: str
    kind: str
    parent: str | None


@dataclass(frozen=True)
class Vocabulary:
    """Words of a release.

    Attributes:
        phrases: What each phrase names.
        areas: Areas by code.
    """

    phrases: dict[tuple[str, ...], Meaning]
    areas: dict[str, Area]


def vocabulary(con: duckdb.DuckDBPyConnection) -> Vocabulary:
    """Return the words of the release whose tables a connection has."""
    areas = _areas(con)
    phrases: dict[tuple[str, ...], Meaning] = {}
    # What comes last has a name that several have: England is an area, and where mothers are born
    # says so ("born in England").
    for kind, pairs in (
        ("group", _group_names(con)),
        ("measure", _measure_names()),
        ("area", _area_names(areas)),
    ):
        for phrase, name in pairs:
            words = words_of(phrase)
            if not words or all(word.isdigit() for word in words):
                continue
            known = phrases.get(words)
            names = known.names if known is not None and known.kind == kind else ()
            phrases[words] = Meaning(kind, tuple(dict.fromkeys((*names, name))))
    for said, meant in _SAID.items():
        phrases.setdefault(words_of(said), phrases.get(words_of(meant), Meaning("group", ())))
    return Vocabulary(phrases, areas)


def _areas(con: duckdb.DuckDBPyConnection) -> dict[str, Area]:
    rows = con.execute(
        "SELECT area_code, arg_max(area_name, geography_vintage), "
        "arg_max(area_type, geography_vintage), arg_max(parent_code, geography_vintage) "
        "FROM areas GROUP BY area_code ORDER BY area_code"
    ).fetchall()
    return {code: Area(name, kind, parent) for code, name, kind, parent in rows}


def _area_names(areas: dict[str, Area]) -> Iterator[tuple[str, str]]:
    for code, area in areas.items():
        yield code, code
        yield f"fips {code}", code
        yield area.name, code
        yield area.name.partition(" (")[0], code
        postal = code.removeprefix("US-").lower()
        if len(postal) == 2 and postal not in _WORDS_TOO:
            yield postal, code
        for alias in _AREAS.get(code, ()):
            yield alias, code


def _measure_names() -> Iterator[tuple[str, str]]:
    for name in RATE_MEASURES:
        yield name.replace("_", " "), name
        for alias in _MEASURES.get(name, ()):
            yield alias, name


def _group_names(con: duckdb.DuckDBPyConnection) -> Iterator[tuple[str, str]]:
    """Yield every phrase for a group; a phrase that is a part of a longer name stands for both.

    Black stands for non-Hispanic Black too, as publications say it; Hispanic not for non-Hispanic.
    """
    named = [(phrase, name) for name, phrases in _declared().items() for phrase in phrases]
    known = _declared().keys()
    for kind, stratum in con.execute(
        "SELECT DISTINCT stratum_type, stratum FROM now_rates WHERE stratum_type <> 'all' "
        "ORDER BY ALL"
    ).fetchall():
        for dimension, code in groups_in(kind, stratum).items():
            if f"{dimension}={code}" not in known:
                named.append((_plain(dimension, code), f"{dimension}={code}"))
    yield from named
    named = [(phrase, name) for phrase, name in named if name not in _items()]
    short = {words_of(phrase) for phrase, _ in named if len(words_of(phrase)) == 1}
    for phrase, name in named:
        words = words_of(phrase)
        for place, word in enumerate(words):
            if (
                (word,) in short
                and len(words) > 1
                and not {"non", "not"} & set(words[place - 1 : place])
            ):
                yield word, name


@cache
def _declared() -> dict[str, tuple[str, ...]]:
    """Return the phrases for each group that is declared."""
    return {
        f"{group.dimension}={group.code}": tuple(_phrases_of(group))
        for dimension in dimensions()
        for group in groups_of(dimension).values()
    }


@cache
def _items() -> frozenset[str]:
    """Return the groups that go by their whole names."""
    return frozenset(
        f"{group.dimension}={group.code}"
        for dimension in dimensions()
        for group in groups_of(dimension).values()
        if _goes_by_its_whole_name(group)
    )


def _phrases_of(group: Group) -> Iterator[str]:
    yield group.name
    if _goes_by_its_whole_name(group):
        return
    yield group.name.partition(" (")[0]
    yield _plain(group.dimension, group.code)
    if group.dimension == _BORN_IN:
        yield f"born in {group.name}"
    for unit in _UNITS.get(dimensions()[group.dimension].unit, ()):
        if group.lower is None and group.upper is not None:
            yield f"under {group.upper:g} {unit}"
        elif group.lower is not None and group.upper is None:
            for words in ("at least {} {}", "{} {} and over", "{} {} or more", "from {} {}"):
                yield words.format(f"{group.lower:g}", unit)
        elif group.lower is not None and group.upper is not None:
            yield f"{group.lower:g} {group.upper - 1:g} {unit}"
            if unit == "years":
                yield f"aged {group.lower:g} {group.upper - 1:g}"


def _goes_by_its_whole_name(group: Group) -> bool:
    """Return whether a group is one of an item: yes and no stand for themselves alone."""
    return group.name.startswith(f"{dimensions()[group.dimension].title}: ")


def _plain(dimension: str, code: str) -> str:
    words = code.replace("_", " ")
    return f"decile {words}" if dimension == "deprivation_decile" else words
