"""Wall time and peak memory of a whole process."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Measured:
    """One process run.

    Attributes:
        seconds: Wall time from start to exit.
        cpu_seconds: Processor time of the process and of those that it started and waited for.
        peak_mb: Largest resident memory, in megabytes.
        exit_code: Exit code.
    """

    seconds: float
    cpu_seconds: float
    peak_mb: float
    exit_code: int


def measure(command: Sequence[str], environment: Mapping[str, str] | None = None) -> Measured:
    """Run a command to its end, output discarded."""
    started = time.perf_counter()
    child = subprocess.Popen(
        list(command),
        env={**os.environ, **(environment or {})},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    return Measured(
        seconds=time.perf_counter() - started,
        cpu_seconds=usage.ru_utime + usage.ru_stime,
        peak_mb=usage.ru_maxrss / 1024,
        exit_code=child.returncode,
    )
