"""Moments in time as text: ISO 8601, UTC."""

from __future__ import annotations


def is_by(moment: str, as_of: str) -> bool:
    """Return whether a moment falls on or before ``as_of``, at the precision of ``as_of``."""
    return moment[: len(as_of)] <= as_of
