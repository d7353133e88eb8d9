"""Which further rows are withheld is drawn with a secret of the home.

Somebody who knows the code could otherwise ask which counts make exactly these rows the cheapest
ones, and rule out others. The same data of the same home always have the same draw, because two
choices for one table could be intersected (methods2, section 9, point 10).
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterable

import numpy as np

from assets.disclosure.cells import Cell
from assets.disclosure.system import FloatArray

Keyed = Callable[[str], str]
"""Hexadecimal digits that stand for a text and tell nothing of it without the key of the home."""
_PURPOSE = "choice of further rows to withhold"
_AT_MOST = 0.5
"""Largest share by which a draw makes withholding a row dearer."""


def secret_of(keyed: Keyed) -> bytes:
    """Return the secret with which the choice is drawn."""
    return bytes.fromhex(keyed(_PURPOSE))


def fingerprint(secret: bytes) -> str:
    """Return digits by which two secrets can be told apart, and that tell nothing of either."""
    return hmac.digest(secret, b"fingerprint", "sha256").hex()[:16]


def draw(secret: bytes, text: str) -> float:
    """Return a number from 0 to 1 that belongs to a text.

    >>> round(draw(bytes(31) + bytes([1]), "infant_deaths|US-MO|29207|2012"), 12)
    0.501399022304
    """
    return int.from_bytes(hmac.digest(secret, text.encode(), "sha256")[:8], "big") / 2**64


def weights(secret: bytes | None, cells: Iterable[Cell]) -> FloatArray:
    """Return by how much withholding each cell is dearer; by nothing without a secret."""
    return np.array(
        [1.0 if secret is None else 1 + _AT_MOST * draw(secret, _text(c)) for c in cells]
    )


def _text(cell: Cell) -> str:
    return "|".join(
        (
            cell.source_family, cell.quantity, cell.area_code, cell.boundaries, cell.stratum_type,
            cell.stratum, str(cell.start), str(cell.end), cell.role,
        )
    )  # fmt: skip
