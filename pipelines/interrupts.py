"""Ctrl-C and SIGTERM end a run in one line, with the code that shells expect.

Dagster puts handlers of its own in place while a job runs, and DuckDB turns an interrupted query
into an error of its own. Python writes the number of every signal to a file descriptor whatever the
handler does; that is how it is known afterwards that somebody asked for the end.
"""

from __future__ import annotations

import os
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_WORDS = {
    signal.SIGINT: "Ctrl-C",
    signal.SIGTERM: "SIGTERM",
    signal.SIGHUP: "the end of its terminal",
}


class InterruptedRunError(Exception):
    """Somebody asked for the end; the message is one line for a person."""

    def __init__(self, number: signal.Signals, said: str) -> None:
        """Keep the signal and what to say."""
        super().__init__(f"stopped by {_WORDS[number]}. {said}")
        self.exit_code = 128 + number


class _Listener:
    """Reads the numbers of signals as Python writes them; a second one ends the process."""

    def __init__(self) -> None:
        self._reading, self._writing = socket.socketpair()
        self._writing.setblocking(False)
        self._seen: list[signal.Signals] = []
        self._read_so_far = threading.Event()
        threading.Thread(target=self._listen, name="signals", daemon=True).start()

    def fileno(self) -> int:
        return self._writing.fileno()

    def first(self) -> signal.Signals | None:
        """Return the first signal; waits until what was written before is read."""
        self._read_so_far.clear()
        self._writing.send(b"\0")
        self._read_so_far.wait()
        return self._seen[0] if self._seen else None

    def close(self) -> None:
        self._writing.close()

    def _listen(self) -> None:
        with self._reading:
            while written := self._reading.recv(1):
                if written[0] in _SIGNALS:
                    self._seen.append(signal.Signals(written[0]))
                elif written == b"\0":
                    self._read_so_far.set()
                if len(self._seen) > 1:
                    os._exit(128 + self._seen[0])


_listening: list[_Listener] = []


def received() -> signal.Signals | None:
    """Return the first signal that asked for the end inside :func:`interruptible`, if any."""
    return _listening[-1].first() if _listening else None


@contextmanager
def interruptible(said: str) -> Iterator[None]:
    """Turn what a signal leads to inside the block into :class:`InterruptedRunError`.

    A second signal ends the process at once: nothing is published half, whenever it dies.

    Args:
        said: What to say where the block itself has not said it.
    """
    listener = _Listener()
    before = {s: signal.getsignal(s) for s in _SIGNALS}
    for number, handler in before.items():
        # Whoever started this process in the background may have asked to ignore them.
        if handler is not signal.SIG_IGN:
            signal.signal(number, _stop)
    waking = signal.set_wakeup_fd(listener.fileno(), warn_on_full_buffer=False)
    _listening.append(listener)
    try:
        yield
    except InterruptedRunError:
        raise
    except (Exception, KeyboardInterrupt):
        seen = listener.first()
        if seen is None:
            raise
        raise InterruptedRunError(seen, said) from None
    finally:
        _listening.pop()
        signal.set_wakeup_fd(waking)
        listener.close()
        for number, handler in before.items():
            signal.signal(number, handler)


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
