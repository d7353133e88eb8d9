"""The chart library that the explorer carries, made once per version and kept for this user.

Bundling takes three seconds of processor time and always gives the same, so that what was made is
kept outside any ``IMR_HOME``: all homes of a user share it, and losing it costs those seconds.
"""

from __future__ import annotations

import os
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

from assets.state import durable

SNIPPET = "window.vegaEmbed = vegaEmbed;"
"""What the page needs of the library: its expressions are interpreted, so no ``eval`` is asked."""


def cache_folder() -> Path:
    """Return the folder that this user keeps what can be made again in."""
    chosen = os.environ.get("XDG_CACHE_HOME", "")
    base = Path(chosen) if Path(chosen).is_absolute() else Path("~/.cache").expanduser()
    return base / "infant-mortality-rates"


def vega_bundle(folder: Path | None = None) -> str:
    """Return the library as one script without imports.

    Args:
        folder: Where it is kept; :func:`cache_folder` by default. Where nothing can be kept the
            library is bundled each time.
    """
    kept = (folder or cache_folder()) / f"vega-{version('vl-convert-python')}-{_digest(SNIPPET)}.js"
    if (found := _read(kept)) is not None:
        return found
    # Its import takes 0.1 s, and is of no use where the library is there.
    from vl_convert import javascript_bundle

    made: str = javascript_bundle(SNIPPET).replace("\r\n", "\n")
    _keep(kept, made)
    return made


def _read(kept: Path) -> str | None:
    """Return what was kept, unless it is not there or is not what was written."""
    try:
        digest, _, script = kept.read_text(encoding="utf-8").partition("\n")
    except (OSError, UnicodeDecodeError):
        return None
    return script if digest == _digest(script) else None


def _keep(kept: Path, script: str) -> None:
    try:
        kept.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        durable.replace_text(kept, f"{_digest(script)}\n{script}")
    except OSError:
        # A service without a folder of its own: the page is made all the same.
        return


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()
