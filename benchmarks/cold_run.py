"""A cold ``imr run`` on the samples beside a process that only imports the packages.

Processor time is compared: it says what a run costs, also on a machine that does something else.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from pathlib import Path

from benchmarks.process import Measured, measure

ROUNDS = 3
IMPORTS = "import dagster, great_expectations, duckdb, pandas"


def run() -> list[str]:
    """Measure both in turns and return the lines to print."""
    imr = str(Path(sys.executable).with_name("imr"))
    ours: list[Measured] = []
    peer: list[Measured] = []
    for _ in range(ROUNDS + 1):
        with tempfile.TemporaryDirectory(prefix="imr-bench-") as home:
            ours.append(measure([imr, "run"], {"IMR_HOME": home, "IMR_PROFILE": "sample"}))
        peer.append(measure([sys.executable, "-c", IMPORTS]))
    if any(m.exit_code for m in (*ours, *peer)):
        raise RuntimeError("a measured process failed; run it by hand to see why")
    mine = statistics.median(m.cpu_seconds for m in ours[1:])
    theirs = statistics.median(m.cpu_seconds for m in peer[1:])
    return [
        f"cold imr run on the samples: {mine:.2f} s of processor time; imports alone: "
        f"{theirs:.2f} s; ratio {mine / theirs:.2f} (target at most 3.3)",
        f"peak memory: {max(m.peak_mb for m in ours):.0f} MB; imports alone: "
        f"{max(m.peak_mb for m in peer):.0f} MB",
    ]
