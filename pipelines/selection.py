"""Report mistyped names in a selection of assets before heavy imports."""

from __future__ import annotations

import re
from collections.abc import Iterable
from fnmatch import fnmatchcase

from assets.schema.model import Layer
from assets.schema.producers import declared
from assets.schema.registry import tables_of
from assets.schema.tables.published import COMPUTED, OF_THE_RELEASE
from assets.text.suggest import did_you_mean

DATASET_NAMES = tuple(name for producer in declared().values() for name in producer.datasets)
"""Names of the catalogue, whose code takes a second to import."""
GROUPS = (
    "declared", *(f"raw_{name}" for name in declared()), "staging", "core", "rates", "published",
    "release",
)  # fmt: skip
ATTRIBUTES = (
    "key", "group", "kind", "tag", "owner", "code_location", "column", "column_tag", "table_name",
    "status", "changed_in_branch",
)  # fmt: skip
EXAMPLES = "Examples: 'group:rates', 'key:\"core/areas\"+'"
_WORD = re.compile(r'(\w+)\s*:\s*("[^"]*"|[^\s()+,"]+)|"([^"]*)"|([^\s()+,"]+)')
_OPERATORS = ("and", "or", "not", "roots", "sinks", "*")


class SelectionError(ValueError):
    """The selection of assets cannot be read or selects nothing."""


def asset_names() -> tuple[str, ...]:
    """Return the names of all assets, as in ``key:"core/areas"``."""
    published = [t.name for t in tables_of(Layer.PUBLISHED) if t.name not in OF_THE_RELEASE]
    return (
        "declared/in_force",
        *(f"raw/{name}" for name in DATASET_NAMES),
        *(f"staging/{t.name}" for t in tables_of(Layer.STAGING)),
        *(f"core/{t.name}" for t in tables_of(Layer.CORE)),
        *(f"rates/{name}" for name in COMPUTED),
        *(f"published/{name}" for name in published),
        "release/nightly",
        "release/object_store",
    )


def refuse_mistyped(selection: str) -> None:
    """Raise if a selection has an unknown name.

    Args:
        selection: In Dagster's selection language, e.g. ``group:rates or key:"core/areas"+``.

    Raises:
        SelectionError: A name is unknown; the message lists similar ones.
    """
    if selection.count('"') % 2 or selection.count("(") != selection.count(")"):
        raise SelectionError(
            f"{selection!r} has a quotation mark or bracket without its partner. {EXAMPLES}"
        )
    for found in _WORD.finditer(selection):
        attribute, value, quoted, bare = found.groups()
        if attribute is not None:
            _refuse_attribute(attribute, value.strip('"'))
        elif quoted is not None:
            _refuse_unknown("asset", quoted, asset_names())
        elif bare not in _OPERATORS and not bare.isdecimal():
            _refuse_unknown("asset", bare.strip("*"), asset_names())


def _refuse_attribute(attribute: str, value: str) -> None:
    if attribute not in ATTRIBUTES:
        raise SelectionError(
            f"a selection has no {attribute!r}.{did_you_mean(attribute, ATTRIBUTES)} {EXAMPLES}"
        )
    if attribute == "group":
        _refuse_unknown("group", value, GROUPS)
    elif attribute == "key":
        _refuse_unknown("asset", value, asset_names())


def _refuse_unknown(kind: str, name: str, known: Iterable[str]) -> None:
    listed = tuple(known)
    if any(fnmatchcase(entry, name) for entry in listed):
        return
    there = f" There are {', '.join(listed)}." if len(listed) < 10 else ""
    raise SelectionError(
        f"there is no {kind} {name!r}.{did_you_mean(name, listed)}{there} {EXAMPLES}"
    )
