"""Suggestions for mistyped names."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

_LIKE = 0.6
_MOST = 3


def close_to(word: str, known: Iterable[str], like: float = _LIKE) -> list[str]:
    """Return the known names that look like a word, the most similar first.

    Capitals do not count. A name that contains the word counts as similar.

    Args:
        word: What was written.
        known: Names that there are.
        like: How similar a name must be, from 0 to 1.
    """
    by_folded = {name.casefold(): name for name in known}
    folded = word.strip().casefold()
    found = get_close_matches(folded, by_folded, n=_MOST, cutoff=like)
    if len(folded) > 2:
        found += sorted(name for name in by_folded if folded in name and name not in found)
    return [by_folded[name] for name in found[:_MOST]]


def did_you_mean(word: str, known: Iterable[str], like: float = _LIKE) -> str:
    """Return `` Did you mean 'x'?`` with a leading blank, or nothing where no name is similar."""
    found = [f"'{name}'" for name in close_to(word, known, like)]
    if not found:
        return ""
    return f" Did you mean {', '.join(found[:-1])}{' or ' if found[1:] else ''}{found[-1]}?"
