"""Entry point of ``imr``: signals are handled before slow imports.

Before a command starts and after it has ended, Ctrl-C and SIGTERM end the process at once with one
line; in between :mod:`pipelines.interrupts` handles them. This module imports only what Python has
loaded anyway.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
from types import FrameType
from typing import NoReturn

from pipelines.signals import WORDS, end

_MADE_BETWEEN_COLLECTIONS = 100_000
"""Objects; with Python's own number, 700, a tenth of a run looks for garbage in vain."""


def main() -> None:
    """Run ``imr``."""
    gc.set_threshold(_MADE_BETWEEN_COLLECTIONS, 20, 20)
    for number in WORDS:
        # A parent that started this process in the background may have set signals to be ignored.
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _stop)
    from pipelines.cli import main as run

    try:
        run()
    except SystemExit as ended:
        _leave(ended)
    except Exception:
        sys.excepthook(*sys.exc_info())
        _leave(SystemExit(1))


def _leave(ended: SystemExit) -> NoReturn:
    """End the process without unloading modules, which takes seconds.

    Raises:
        SystemExit: Threads are still running or output cannot be written; Python ends the process.
    """
    import atexit
    import threading

    try:
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
    except (OSError, ValueError):
        raise ended from None
    first = threading.main_thread()
    if isinstance(ended.code, str) or any(
        not thread.daemon for thread in threading.enumerate() if thread is not first
    ):
        raise ended
    atexit._run_exitfuncs()
    os._exit(int(ended.code or 0))


def _stop(number: int, _frame: FrameType | None) -> None:
    end(number)
