"""Version of the code of a package: the hash of its sources.

A derived version cannot be forgotten the way a hand-raised number can.
"""

from __future__ import annotations

import hashlib
import platform
import re
from functools import cache
from importlib import metadata
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[2]
_SUFFIXES = {".py", ".sql", ".yaml", ".csv"}
_SHIPPED = ("assets", "expectations", "pipelines")
_DISTRIBUTION, _LOCK = "infant-mortality-rates", "requirements.lock"


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


@cache
def whole_code_version() -> str:
    """Return the hash of everything that a number depends on beside what arrives or is declared.

    That is every shipped source, the version of every library, and that of Python. A table made
    by other code is made again: whether a change matters to it is not guessed.
    """
    digest = hashlib.sha256(code_version(*_SHIPPED).encode())
    lock = _ROOT / _LOCK
    if lock.is_file():
        digest.update(lock.read_bytes())
    digest.update("\n".join((platform.python_version(), *_libraries())).encode())
    return digest.hexdigest()[:12]


def _libraries() -> list[str]:
    """Return the libraries that are declared, each with the version that is installed."""
    try:
        declared = metadata.requires(_DISTRIBUTION) or []
    except metadata.PackageNotFoundError:
        return []
    names = {re.split(r"[^\w.-]", line)[0] for line in declared if not re.search(r";.*extra", line)}
    return [f"{name}=={metadata.version(name)}" for name in sorted(names)]
