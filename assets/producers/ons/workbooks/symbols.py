"""Texts that ONS workbooks print instead of numbers, over all editions, and what they mean.

Source: the notes and shorthand lines of the workbooks themselves (deaths and births by area 2010 to
2016, child mortality 2018, 2020 and 2022, birth registrations 2023). An edition uses some of them;
the meanings do not contradict each other, so that one list serves all.
"""

from __future__ import annotations

MEANINGS = {
    "-": "nil",
    ":": "not available, not applicable, or a rate on fewer than 3 events",
    "..": "not available",
    ".": "not applicable",
    "*": "withheld to protect confidentiality",
    "~": "low: rounds to zero",
    "u": "unreliable: a rate on 3 to 19 events",
    "x": "not available, or a rate on fewer than 3 events",
    "z": "not applicable",
    "c": "withheld to protect confidentiality",
    "low": "low: rounds to zero",
    "r": "revised",
    "p": "provisional",
}
"""Meaning of every symbol; brackets around it and capitals do not matter."""
UNRELIABLE = frozenset({"u"})


def symbol(text: str) -> str | None:
    """Return the symbol that a text is, without brackets and in lower case, else ``None``."""
    bare = text.strip().strip("[]()").strip().casefold()
    return bare if bare in MEANINGS else None


def is_mark(text: str) -> bool:
    """Return whether a text marks the rate beside it as unreliable."""
    return symbol(text) in UNRELIABLE
