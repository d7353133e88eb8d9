"""Import heavy packages quickly."""

from __future__ import annotations

import gc
import importlib


def import_fast(*packages: str) -> None:
    """Import packages with the garbage collector paused.

    Freshly imported modules contain no garbage, and the collector would take as long as the
    imports. Afterwards it leaves them out.
    """
    gc.disable()
    for package in packages:
        importlib.import_module(package)
    gc.freeze()
    gc.enable()
