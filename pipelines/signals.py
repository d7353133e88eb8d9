"""Signals that end a command, and the line that is printed then."""

from __future__ import annotations

import os
import signal
import sys
from typing import NoReturn

WORDS = {
    signal.SIGINT: "Ctrl-C",
    signal.SIGTERM: "SIGTERM",
    signal.SIGHUP: "the end of its terminal",
}
"""Signals that end a command, with the words that users know."""


def end(number: int, command: str = "", left: str = "") -> NoReturn:
    """Print one line that a signal ended this process, and end it.

    Args:
        number: The signal.
        command: Name of the command that was stopped, empty where none had begun.
        left: What it leaves behind, in a sentence.
    """
    code, name = 128 + number, f"imr {command}".rstrip()
    said = f"{name}: stopped by {WORDS[signal.Signals(number)]}. {left}".rstrip()
    if "--json" in sys.argv:
        error = f'{{"kind": "stopped", "message": "{said}"}}'
        _write(1, f'{{"command": "{command or "imr"}", "exit_code": {code}, "error": {error}}}\n')
    else:
        _write(2, f"{said}\n")
    os._exit(code)


def _write(descriptor: int, text: str) -> None:
    try:
        os.write(descriptor, text.encode())
    except OSError:
        # Standard error is closed.
        return
