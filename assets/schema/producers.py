"""What every folder of ``assets/producers`` declares as data, read without its code.

A producer is a folder with a file ``producer.yaml``. What it must hold is listed in :data:`PARTS`;
the words of its series, its licence and its rules of acceptance are read from here by whichever
room needs them. ``assets.producers.catalogue`` reads the code of the same folders and refuses
to start where a part is missing.
"""

from __future__ import annotations

import csv
import importlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from assets.schema.model import Table
from assets.text.yaml_file import read_yaml

FOLDER = Path(__file__).resolve().parents[1] / "producers"
FILE = "producer.yaml"
PARTS: Mapping[str, str] = {
    "title": "the name of the producer in full",
    "called": "what people call it, for one line",
    "licence": "name, title and text of the licence, and its conditions",
    "nations": "codes of the nations that it brings, each with its name; {} where others have them",
    "series": "its series by name; {} where it has none",
    "policies": "its own rules for a rate; [] where its series follow those of others",
    "tables": "its staging tables by name, each with slot and key of acceptance",
    "datasets": "its datasets by name, each with its own rules of acceptance or {}",
}
"""Parts of ``producer.yaml``, and what is expected there."""
LICENCE_PARTS: Mapping[str, str] = {
    "name": "its name in the list of open licences, or notspecified",
    "title": "its title",
    "text": "how the licence of its datasets begins",
    "conditions": "what a reader of a release must know",
}
SERIES_PARTS: Mapping[str, str] = {
    "countries": "codes of nations, or all",
    "title": "its name in a chart",
    "preference": "its place in the order in which series are preferred; the lowest comes first",
    "definition": "what a reader must know: one text, or one by country (others for the rest)",
    "disclosure": "a policy of assets/disclosure/disclosure_policies.yaml",
    "restricted": "the policy of its extracts that are marked as restricted",
    "needs": "births and deaths: what brings those that are lacking",
}
TABLE_PARTS: Mapping[str, str] = {
    "slot": "metadata that two comparable extracts share; [] for all of them",
    "key": "columns that identify a cell",
}
AREAS = "areas.csv"
"""Areas that a producer declares beside those of the registry."""
_ALL = "all"
_RESTRICTED = "_restricted"
_AFTER_PUBLIC = 1000
"""Added to the preference of a series: what is public is preferred to what is restricted."""
_RESTRICTED_TEXT = (
    "Extracts that were handed in as restricted: small counts are withheld here, and nothing that "
    "is public is replaced. "
)
OTHERS = "others"
"""Stands in a definition for the nations that it does not name."""


class DeclarationError(Exception):
    """Declarations of producers lack parts, or contradict each other; the message names all."""


@dataclass(frozen=True)
class Series:
    """A series of counts of one producer.

    Attributes:
        name: Value of ``source_family``.
        countries: Nations whose areas it can have.
        title: Name in a chart.
        preference: Place in the order in which series are preferred where two have one figure; the
            first is the lowest.
        definition: What a reader must know of it: one text, or one by country.
        disclosure: Name of the disclosure policy.
        needs: What brings births and deaths that it lacks.
    """

    name: str
    countries: tuple[str, ...]
    title: str
    preference: int
    definition: str | Mapping[str, str]
    disclosure: str
    needs: Mapping[str, str]


@dataclass(frozen=True)
class Declared:
    """The data that one producer declares.

    Attributes:
        name: Name of its folder.
        said: Content of its file.
    """

    name: str
    said: Mapping[str, Any]

    @property
    def title(self) -> str:
        """Name in full."""
        return str(self.said.get("title", self.name))

    @property
    def called(self) -> str:
        """What people call it."""
        return str(self.said.get("called", self.name))

    @property
    def licence(self) -> Mapping[str, str]:
        """Name, title, text, path and conditions of its licence."""
        return self._mapping("licence")

    @property
    def nations(self) -> Mapping[str, str]:
        """Names of the nations that it brings, by code."""
        return self._mapping("nations")

    @property
    def tables(self) -> Mapping[str, Mapping[str, Any]]:
        """Rules of acceptance that its staging tables have in common."""
        return self._mapping("tables")

    @property
    def datasets(self) -> Mapping[str, Mapping[str, Any]]:
        """Rules of acceptance of single datasets."""
        return self._mapping("datasets")

    @property
    def policies(self) -> tuple[Mapping[str, Any], ...]:
        """Rules for a rate; a rule of a series is of its restricted extracts too."""
        return tuple(
            {**rule, "source_families": _with_restricted(rule.get("source_families", ()))}
            for rule in self.said.get("policies") or ()
        )

    @property
    def boundary_sets(self) -> Mapping[str, str]:
        """Boundary sets of the areas in its file ``areas.csv``, each with what it is."""
        return self._mapping("boundary_sets")

    @property
    def families(self) -> tuple[str, ...]:
        """Series that its extracts may state: its own, and those of others that it names."""
        stated = (*self._mapping("series"), *self.said.get("states_also", ()))
        return tuple(_with_restricted(stated))

    @property
    def refreshed(self) -> bool:
        """Whether a job takes in what is new from it alone."""
        return bool(self.said.get("refreshed"))

    @property
    def series(self) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """Name and parts of every series, each with that of its restricted extracts."""
        for name, facts in self.own_series:
            yield name, facts
            if _has_restricted(facts):
                yield restricted(name), _of_restricted(facts)

    @property
    def own_series(self) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """Name and parts of every series that the file names."""
        for name, facts in self._mapping("series").items():
            yield name, facts if isinstance(facts, Mapping) else {}

    def _mapping(self, part: str) -> Mapping[str, Any]:
        found = self.said.get(part)
        return found if isinstance(found, Mapping) else {}


def restricted(series: str) -> str:
    """Return the name under which the restricted extracts of a public series are published."""
    return f"{series}{_RESTRICTED}"


@cache
def public_series() -> Mapping[str, str]:
    """Return the series of restricted extracts, each with the public one beside which it stands."""
    return {
        restricted(name): name
        for producer in declared().values()
        for name, facts in producer.own_series
        if _has_restricted(facts)
    }


def _has_restricted(facts: Mapping[str, Any]) -> bool:
    """Return whether restricted extracts of a series are under another policy than the others."""
    policies = {facts.get("disclosure"), facts.get("restricted")}
    return None not in policies and len(policies) > 1


def _of_restricted(facts: Mapping[str, Any]) -> Mapping[str, Any]:
    definition = facts.get("definition", "")
    return {
        **facts,
        "title": f"{facts.get('title')}, restricted extracts",
        "preference": _number(facts.get("preference")) + _AFTER_PUBLIC,
        "disclosure": facts["restricted"],
        "definition": {c: f"{_RESTRICTED_TEXT}{text}" for c, text in definition.items()}
        if isinstance(definition, Mapping)
        else f"{_RESTRICTED_TEXT}{definition}",
    }


def _with_restricted(families: Iterable[str]) -> list[str]:
    found = []
    for name in families:
        found += [name, *([restricted(name)] if restricted(name) in public_series() else [])]
    return found


@cache
def declared() -> Mapping[str, Declared]:
    """Return the producers by the names of their folders.

    Those that bring a nation come first, in alphabetical order, as do the others. A folder without
    a readable file is there with nothing; :func:`problems` says so.
    """
    folders = sorted(f for f in FOLDER.iterdir() if (f / "__init__.py").is_file())
    found = [Declared(folder.name, _content(folder / FILE)[0]) for folder in folders]
    return {each.name: each for each in sorted(found, key=lambda each: not each.nations)}


@cache
def nations() -> Mapping[str, str]:
    """Return the names of all nations by code."""
    return {code: name for each in declared().values() for code, name in each.nations.items()}


def all_countries(listed: str | Sequence[str]) -> tuple[str, ...]:
    """Return the nations that a series lists; ``all`` stands for all that there are."""
    return tuple(nations() if listed == _ALL else listed)


@cache
def all_series() -> Mapping[str, Series]:
    """Return the series of all producers by name."""
    found = {}
    for producer in declared().values():
        for name, facts in producer.series:
            countries = facts.get("countries", ())
            found[name] = Series(
                name,
                all_countries(countries),
                str(facts.get("title", name)),
                _number(facts.get("preference")),
                facts.get("definition", ""),
                str(facts.get("disclosure", "")),
                facts.get("needs") or {},
            )
    return found


@cache
def tables_declared() -> tuple[Table, ...]:
    """Return the staging tables of all producers.

    They are in the module ``tables`` of each folder, which is the only code that is read here: the
    registry is below the producers, and lists what it finds.
    """
    found: list[Table] = []
    for name in declared():
        if (FOLDER / name / "tables.py").is_file():
            found += importlib.import_module(f"assets.producers.{name}.tables").TABLES
    return tuple(found)


def problems() -> list[str]:
    """Return what is missing or contradictory in the data of all producers, a sentence each."""
    found = []
    names: dict[str, str] = {}
    for producer in declared().values():
        place = f"{producer.name}/{FILE}"
        unreadable = _content(FOLDER / producer.name / FILE)[1]
        if unreadable:
            found.append(f"{place}: {unreadable}")
            continue
        found += _lacking(place, producer.said, PARTS)
        if "licence" in producer.said:
            found += _lacking(f"{place}, licence", producer.licence, LICENCE_PARTS)
        for name, facts in producer.own_series:
            found += _lacking(f"{place}, series {name}", facts, SERIES_PARTS)
            found += _of_countries(f"{place}, series {name}", facts)
            found += _without_rule(f"{place}, series {name}", name)
            found += _of_preference(f"{place}, series {name}", name, facts)
        for name, facts in producer.tables.items():
            found += _lacking(f"{place}, table {name}", facts or {}, TABLE_PARTS)
        found += _areas(producer)
        for kind in ("series", "tables", "datasets", "nations"):
            for name in producer.said.get(kind) or ():
                if (other := names.setdefault(f"{kind} {name}", producer.name)) != producer.name:
                    found.append(f"{place}: {name} ({kind}) is declared by {other} already")
    return found


def _lacking(place: str, said: Mapping[str, Any], parts: Mapping[str, str]) -> list[str]:
    return [f"{place}: {part} is missing; expected {what}" for part, what in parts.items()
            if said.get(part) is None]  # fmt: skip


def _of_countries(place: str, facts: Mapping[str, Any]) -> Iterator[str]:
    countries = facts.get("countries") or ()
    if countries != _ALL and (unknown := sorted(set(countries) - set(nations()))):
        yield f"{place}: countries has {', '.join(unknown)}; expected codes that nations declare"
    said = facts.get("definition")
    silent = sorted(set(all_countries(countries)) - set(said)) if isinstance(said, Mapping) else []
    if silent and OTHERS not in (said or ()):
        yield f"{place}: definition lacks {', '.join(silent)}; expected a text for each nation"
    needs = facts.get("needs")
    if isinstance(needs, Mapping) and not {"births", "deaths"} <= set(needs):
        yield f"{place}: needs has {', '.join(needs) or 'nothing'}; expected births and deaths"


def _without_rule(place: str, name: str) -> Iterator[str]:
    """Yield the nations in which no producer has a rule for the rates of a series."""
    ruled = {
        country
        for producer in declared().values()
        for policy in producer.policies
        if name in policy.get("source_families", ())
        for country in policy.get("countries", ())
    }
    if lacking := [c for c in all_series()[name].countries if c not in ruled]:
        yield (
            f"{place}: no rule for its rates in {', '.join(lacking)}; expected one under policies "
            "with the series and the nation"
        )


def _of_preference(place: str, name: str, facts: Mapping[str, Any]) -> Iterator[str]:
    """Yield what leaves open which of two series is preferred in a nation that both have."""
    said, own = facts.get("preference"), all_series()[name]
    if said is not None and own.preference != said:
        yield f"{place}: preference is {said!r}; expected a whole number"
    for other in all_series().values():
        shared = [c for c in own.countries if c in other.countries]
        if other.name < name and other.preference == own.preference and shared:
            yield (
                f"{place}: preference is {own.preference}, as of {other.name}, which is of "
                f"{', '.join(shared)} too; expected a number of its own"
            )


def _number(said: object) -> int:
    return said if isinstance(said, int) else 0


def _areas(producer: Declared) -> Iterator[str]:
    """Yield what is wrong with the areas that a producer declares."""
    file = FOLDER / producer.name / AREAS
    if not file.is_file():
        if producer.boundary_sets:
            yield f"{producer.name}/{AREAS}: the file is missing; expected areas of boundary_sets"
        return
    with file.open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            place = f"{producer.name}/{AREAS}, {row.get('area_code')}"
            if row.get("geography_vintage") not in producer.boundary_sets:
                yield (
                    f"{place}: geography_vintage is {row.get('geography_vintage')!r}; expected one "
                    "that boundary_sets declares"
                )
            if row.get("country") not in nations():
                yield f"{place}: country is {row.get('country')!r}; expected a code of nations"


def _content(file: Path) -> tuple[Mapping[str, Any], str]:
    """Return the content of a file, and what is wrong with it as a whole."""
    try:
        said = read_yaml(file)
    except FileNotFoundError:
        return {}, f"the file is missing; expected {', '.join(PARTS)}"
    except yaml.YAMLError as error:
        return {}, f"this is no YAML: {' '.join(str(error).split())}"
    if not isinstance(said, Mapping):
        return {}, f"expected names with values: {', '.join(PARTS)}"
    return said, ""
