"""Version of the code of a package: the hash of its sources.

A derived version cannot be forgotten the way a hand-raised number can.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[2]
_SUFFIXES = {".py", ".sql", ".yaml", ".csv"}


@cache
def code_version(*packages: str) -> str:
    """Return the first 12 hex digits of the hash of the packages' sources.

    Args:
        packages: Folders relative to the project, e.g. ``assets/core``; sample files and figure
            tables inside them do not count.
    """
    digest = hashlib.sha256()
    for package in packages:
        base = _ROOT / package
        files = [base] if base.is_file() else sorted(base.rglob("*"))
        for file in files:
            if file.suffix in _SUFFIXES and "samples" not in file.parts:
                digest.update(file.relative_to(_ROOT).as_posix().encode())
                digest.update(file.read_bytes())
    return digest.hexdigest()[:12]
