"""Per-extract cache shared by intake rules."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from typing import Generic, TypeVar

from assets.archive.dataset import ParsedExtract

T = TypeVar("T")


class PerExtract(Generic[T]):
    """A function of an extract whose result is kept until the extract is gone.

    Extracts cannot be hashed, so that results are kept by identity; a weak reference removes
    them before the identity can be used again. Results are shared: callers must not change them.
    """

    def __init__(self, compute: Callable[[ParsedExtract], T]) -> None:
        """Wrap ``compute``; use as a decorator."""
        self._compute = compute
        self._kept: dict[int, tuple[weakref.ref[ParsedExtract], T]] = {}
        self.__doc__ = compute.__doc__

    def __call__(self, parsed: ParsedExtract) -> T:
        """Return what the function returns for ``parsed``."""
        identity = id(parsed)
        kept = self._kept.get(identity)
        if kept is not None and kept[0]() is parsed:
            return kept[1]
        result = self._compute(parsed)
        alive = weakref.ref(parsed, lambda _: self._kept.pop(identity, None))
        self._kept[identity] = (alive, result)
        return result

    def __len__(self) -> int:
        """Return for how many extracts a result is kept."""
        return len(self._kept)
