"""Guess likely datasets from the column names of a file."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable

from assets.archive.container import sniff
from assets.producers.catalogue import PRODUCERS

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

    A producer may tell a header by itself; any other is compared with the columns of each dataset,
    half of which it must share.
    """
    names = tuple(header)
    for producer in PRODUCERS.values():
        if producer.of_header is not None and (told := producer.of_header(names)) is not None:
            return (told,)
    given = {name.casefold() for name in names if name}
    shares = {
        dataset_id: len(given & {w.casefold() for w in words}) / len(given)
        for producer in PRODUCERS.values()
        for dataset_id, words in producer.header_words.items()
        if given
    }
    best = max(shares.values(), default=0.0)
    return tuple(d for d, share in shares.items() if share == best >= _LEAST_SHARE)
