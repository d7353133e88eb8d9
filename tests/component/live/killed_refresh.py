"""Kills a refresh with SIGKILL at chosen moments; prints what the archive held after each.

Words: ``HOME MOMENT...``. A moment is a number of file or network operations after which it
dies, 0 for a refresh that is left alone. Every attempt is a fork of that process. With
``IMR_FRESH_EXPORT`` set to a file, every attempt starts from an empty home with that export in the
inbox.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from assets.archive import vintage_folders
from assets.archive.http.client import Limits
from assets.archive.quarantine import reader_version
from assets.archive.refresh import refresh
from assets.producers.catalogue import dataset
from assets.schema.content_hash import file_sha256
from assets.state.code_version import code_version
from assets.state.home import Home

DATASETS = ("nchs_births_1909", "nchs_wonder_natality")
_COUNTED = ("open", "os.", "shutil.", "socket.connect", "socket.sendto")


def _die_at(moment: int) -> None:
    left = moment

    def count(event: str, _: tuple[object, ...]) -> None:
        nonlocal left
        if event.startswith(_COUNTED):
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    if moment:
        sys.addaudithook(count)


def _attempt(home: Home, moment: int) -> int:
    child = os.fork()
    if child == 0:
        _die_at(moment)
        limits = Limits(attempts=1, backoff_seconds=0.0)
        for name in DATASETS[1:] if "IMR_FRESH_EXPORT" in os.environ else DATASETS:
            refresh(home, dataset(name), profile="live", limits=limits)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def main(words: Sequence[str]) -> None:
    """Do it, as a process of its own."""
    home = Home(Path(words[0]))
    export = os.environ.get("IMR_FRESH_EXPORT")
    # Hashing the sources is cached, so that the moments fall on the work itself.
    reader_version(dataset(DATASETS[0]))
    code_version("assets/producers/nchs", "assets/schema")
    for moment in map(int, words[1:]):
        if export:
            shutil.rmtree(home.root)
            waiting = home.create().inbox / "sorted" / DATASETS[-1]
            waiting.mkdir(parents=True)
            shutil.copy(export, waiting)
        code = _attempt(home, moment)
        held = {
            name: {
                "vintages": len(found := vintage_folders.vintages(home, dataset(name))),
                "whole": all(file_sha256(v.path) == v.sha256 for v in found),
                "sorted": len(list((home.inbox / "sorted" / name).glob("*"))),
            }
            for name in DATASETS
        }
        print(json.dumps({"moment": moment, "code": code, "held": held}), flush=True)
