"""Guess likely datasets from the column names of a file."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping

from assets.archive.container import sniff
from assets.producers.local.grammar import COUNTS, KEYS, NOTE, STRATUM
from assets.producers.nchs.soda.layouts import LAYOUTS
from assets.producers.nchs.wonder.layout import FETAL, LINKED, MORTALITY, NATALITY, kind_of_header
from assets.producers.nchs.wonder.read import DATASET_OF_KIND
from assets.producers.ons.nomis.grammar import OBSERVATION, REQUIRED

_NOMIS = frozenset({*REQUIRED, *OBSERVATION})
_WONDER = ("Notes", "State", "State Code", "County", "County Code", "Year", "Year Code", "Month")
_WORDS: Mapping[str, frozenset[str]] = {
    **{n.dataset_id: frozenset(x for f in n.fields for x in (f.api, f.display)) for n in LAYOUTS},
    DATASET_OF_KIND[LINKED]: frozenset({*_WONDER, "Deaths", "Births", "Death Rate"}),
    DATASET_OF_KIND[NATALITY]: frozenset({*_WONDER, "Births", "Total Population", "Birth Rate"}),
    DATASET_OF_KIND[MORTALITY]: frozenset({*_WONDER, "Deaths", "Population", "Crude Rate"}),
    DATASET_OF_KIND[FETAL]: frozenset({*_WONDER, "Fetal Deaths"}),
    **dict.fromkeys(
        ("nomis_live_births", "nomis_births_characteristics", "nomis_population", "nomis_deaths"),
        _NOMIS,
    ),
    "fingertips_infant_mortality": frozenset(
        {"Indicator ID", "Indicator Name", "Parent Code", "Area Code", "Area Type", "Time period"}
    ),
    "local_area_counts": frozenset({*KEYS, *COUNTS, *STRATUM, NOTE}),
}
_LEAST_SHARE = 0.5
_KEY = re.compile(r'"((?:[^"\\]|\\.){1,80})"\s*:')


def header_of(start: str, kind: str) -> tuple[str, ...]:
    """Return the column names at the start of a text file.

    Args:
        start: First characters of the file.
        kind: Its content type.
    """
    if kind == sniff.JSON:
        return tuple(dict.fromkeys(_KEY.findall(start.partition("}")[0])))
    line = next((text for text in start.splitlines() if text.strip()), "")
    delimiter = "\t" if "\t" in line else ","
    try:
        cells = next(csv.reader([line.removeprefix("\ufeff")], delimiter=delimiter))
    except csv.Error:
        return ()
    return tuple(cell.strip() for cell in cells)


def fitting(header: Iterable[str]) -> tuple[str, ...]:
    """Return the datasets whose columns a header names, the best fitting ones only.

    A CDC WONDER header names its database by what it counts; any other is compared with the
    columns of each dataset, half of which it must share.
    """
    names = tuple(header)
    wonder = kind_of_header(names)
    if wonder is not None:
        return (DATASET_OF_KIND[wonder],)
    given = {name.casefold() for name in names if name}
    shares = {
        dataset_id: len(given & {w.casefold() for w in words}) / len(given)
        for dataset_id, words in _WORDS.items()
        if given
    }
    best = max(shares.values(), default=0.0)
    return tuple(d for d, share in shares.items() if share == best >= _LEAST_SHARE)
