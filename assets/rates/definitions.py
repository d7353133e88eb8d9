"""What a reader must know of each rate, once: by series, country of the area and measure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from assets.schema.codes import COUNTRIES, FAMILY_COUNTRIES, SOURCE_FAMILIES
from assets.schema.producers import OTHERS, all_series, declared
from assets.text.yaml_file import read_yaml

FILE = Path(__file__).with_name("definitions.yaml")


class MethodError(ValueError):
    """A declared method is not usable; the message names file, entry and what was expected."""


@dataclass(frozen=True)
class Definition:
    """A text that many rows of a release refer to.

    Attributes:
        definition_id: Its name.
        kind: What it defines; see the table ``definitions``.
        text: The definition.
        source: Who says so, and where.
    """

    definition_id: str
    kind: str
    text: str
    source: str


@cache
def count_definitions(path: Path = FILE) -> Mapping[tuple[str, str, str], Definition]:
    """Return the definition of every series, country and measure.

    Measures that all nations count alike share one; its name is that of series and country.

    Args:
        path: ``definitions.yaml``; its head says what the entries are.

    Raises:
        MethodError: A series has no note for a country, or a measure is in none or in two of the
            lists ``measures`` and ``counted_alike``.
    """
    said = read_yaml(path)
    series_of = all_series()
    titles = {name: p.title for p in declared().values() for name, _ in p.series}
    own, alike = said["measures"], said["counted_alike"]
    twice = sorted(set(own) & set(alike))
    if twice or len(set(alike)) < len(alike):
        raise MethodError(
            f"{path.name}: {twice or alike}: expected each measure in one list, once."
        )
    found = {}
    for family in SOURCE_FAMILIES:
        for country in FAMILY_COUNTRIES[family]:
            series = _of_country(series_of[family].definition, country)
            if not series:
                raise MethodError(
                    f"{family} says nothing about areas of {country}. Expected a sentence for "
                    "every series and country, in the file producer.yaml of its producer."
                )
            for measure in (*own, *alike):
                text = _of_country(own.get(measure, ""), country)
                name = f"{family}.{country}.{measure}" if text else f"{family}.{country}"
                if measure not in said["without_deaths"]:
                    text = f"{series} {text}".strip()
                found[family, country, measure] = Definition(name, "count", text, titles[family])
    return found


def require_definitions(measures: list[str], path: Path = FILE) -> None:
    """Check that the definitions are about exactly these measures.

    Raises:
        MethodError: A measure is not defined, or a definition is of no measure.
    """
    defined = {measure for _, _, measure in count_definitions(path)}
    if lacking := sorted(set(measures) - defined):
        raise MethodError(
            f"{path.name}: no definition of {', '.join(lacking)}. Say under 'measures' how each "
            "nation counts, or name it under 'counted_alike' where all count alike."
        )
    if idle := sorted(defined - set(measures)):
        raise MethodError(
            f"{path.name}: {', '.join(idle)} is defined here and made nowhere (measures.yaml)."
        )


def _of_country(entry: object, country: str) -> str:
    """Return the sentence for a country; a plain text is for all of them."""
    if not isinstance(entry, dict):
        return str(entry).strip()
    if unknown := sorted(set(entry) - {*COUNTRIES, OTHERS}):
        raise MethodError(f"{FILE.name}: unknown countries {unknown}; expected {COUNTRIES}.")
    return str(entry.get(country, entry.get(OTHERS, ""))).strip()
