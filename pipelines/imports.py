"""Importing heavy packages."""

from __future__ import annotations

import gc
import importlib


def import_fast(*packages: str) -> None:
    """Import packages with the collector paused.

    The collector finds nothing to free among freshly imported modules, and its passes cost as
    much as the imports themselves.
    """
    gc.disable()
    for package in packages:
        importlib.import_module(package)
    gc.enable()
