"""Import heavy packages quickly."""

from __future__ import annotations

import atexit
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
    # DuckDB tells of whatever is still frozen when Python takes itself apart.
    atexit.unregister(gc.unfreeze)
    atexit.register(gc.unfreeze)
    gc.enable()
