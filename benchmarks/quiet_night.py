"""``imr run`` on a night in which nothing arrived, beside a process that only imports the packages.

Processor time is compared: it says what a night costs, also on a machine that does something else.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from pathlib import Path

from benchmarks.cold_run import IMPORTS
from benchmarks.process import Measured, measure

ROUNDS = 5


def run() -> list[str]:
    """Measure both in turns, after a first run that is not measured; return the lines to print."""
    imr = str(Path(sys.executable).with_name("imr"))
    ours: dict[str, list[Measured]] = {"run": [], "run --all": []}
    peer: list[Measured] = []
    with tempfile.TemporaryDirectory(prefix="imr-bench-") as home:
        settings = {"IMR_HOME": home, "IMR_PROFILE": "sample"}
        first = measure([imr, "run"], settings)
        for _ in range(ROUNDS):
            ours["run"].append(measure([imr, "run"], settings))
            peer.append(measure([sys.executable, "-c", IMPORTS]))
        ours["run --all"].append(measure([imr, "run", "--all"], settings))
    if any(m.exit_code for m in (first, *ours["run"], *ours["run --all"], *peer)):
        raise RuntimeError("a measured process failed; run it by hand to see why")
    theirs = statistics.median(m.cpu_seconds for m in peer)
    return [
        f"imr {words} with nothing new: {mine:.2f} s of processor time; imports alone: "
        f"{theirs:.2f} s; ratio {mine / theirs:.2f}; peak memory "
        f"{max(m.peak_mb for m in measured):.0f} MB"
        for words, measured in ours.items()
        for mine in (statistics.median(m.cpu_seconds for m in measured),)
    ]
