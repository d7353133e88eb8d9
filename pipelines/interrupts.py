"""End a command on Ctrl-C or SIGTERM with one line and the exit code that shells expect.

Dagster puts handlers of its own in place while a job runs, and DuckDB turns an interrupted query
into an error of its own. Python writes the number of every signal to a file descriptor whatever the
handler does, so this module reads it there.
"""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from pipelines.signals import WORDS, end


class InterruptedRunError(Exception):
    """A signal asked the process to end; the message is one line for the user."""

    def __init__(self, number: signal.Signals, said: str) -> None:
        """Keep the signal and the message."""
        super().__init__(f"stopped by {WORDS[number]}. {said}".rstrip())
        self.exit_code = 128 + number


class _Listener:
    """Reads signal numbers as Python writes them; a second signal ends the process."""

    def __init__(self, first: Callable[[signal.Signals], None] | None = None) -> None:
        self._reading, self._writing = socket.socketpair()
        self._writing.setblocking(False)
        self._first = first
        self._seen: list[signal.Signals] = []
        self._read_so_far = threading.Event()
        threading.Thread(target=self._listen, name="signals", daemon=True).start()

    def fileno(self) -> int:
        return self._writing.fileno()

    def first(self) -> signal.Signals | None:
        """Wait until everything written so far is read, then return the first signal."""
        self._read_so_far.clear()
        self._writing.send(b"\0")
        self._read_so_far.wait()
        return self._seen[0] if self._seen else None

    def also(self, call: Callable[[], None]) -> None:
        self._first = lambda _: call()

    def close(self) -> None:
        self._writing.close()

    def _listen(self) -> None:
        with self._reading:
            while written := self._reading.recv(1):
                if written[0] in WORDS:
                    self._seen.append(signal.Signals(written[0]))
                elif written == b"\0":
                    self._read_so_far.set()
                if len(self._seen) > 1:
                    os._exit(128 + self._seen[0])
                if self._seen and self._first is not None:
                    self._first(self._seen[0])


_listening: list[_Listener] = []


def received() -> signal.Signals | None:
    """Return the first signal received inside :func:`interruptibly`, if any."""
    return _listening[-1].first() if _listening else None


def at_signal(call: Callable[[], None]) -> None:
    """Call a function in another thread at the first signal inside :func:`interruptibly`.

    Args:
        call: Stops work that does not react to signals itself.
    """
    if _listening:
        _listening[-1].also(call)


def go_on() -> None:
    """Raise if a signal arrived but its exception was swallowed.

    Packages swallow it while they are imported, and Python in callbacks that have no caller.
    """
    if received() is not None:
        raise KeyboardInterrupt


def interruptibly(call: Callable[[], None], said: str) -> None:
    """Call a function; if a signal interrupts it, raise :class:`InterruptedRunError`.

    A second signal ends the process at once, which is safe: releases are published whole or not at
    all.

    Args:
        call: The function.
        said: Message to use if the function has not set one.
    """
    unraised = sys.unraisablehook
    with _listener(_Listener(), _raise) as listener:
        sys.unraisablehook = _said_once
        # No context manager: Python runs its signal handler at the next call, so nothing may be
        # called between the error and this code.
        try:
            call()
            go_on()
        except InterruptedRunError:
            raise
        except (Exception, KeyboardInterrupt):
            try:
                seen = listener.first()
            except KeyboardInterrupt:
                seen = listener.first()
            if seen is None:
                raise
            raise InterruptedRunError(seen, said) from None
        finally:
            sys.unraisablehook = unraised


@contextmanager
def ending_at_once(command: str, left: str) -> Iterator[None]:
    """End the process at the first signal, even during a query that ignores signals.

    For commands that publish nothing: they write to a temporary file and rename it.

    Args:
        command: Name of the command.
        left: What the command leaves behind, as a sentence.
    """
    if threading.current_thread() is not threading.main_thread():
        # Only the main thread of a process receives signals.
        yield
        return
    with _listener(_Listener(lambda number: end(number, command, left)), _do_nothing):
        yield


@contextmanager
def _listener(
    listener: _Listener, answer: Callable[[int, FrameType | None], None]
) -> Iterator[_Listener]:
    """Pass every signal during the block to a listener, and handle it in this thread."""
    before = {number: signal.getsignal(number) for number in WORDS}
    waking = signal.set_wakeup_fd(listener.fileno(), warn_on_full_buffer=False)
    _listening.append(listener)
    try:
        for number, handler in before.items():
            # A parent that started this process in the background may have set signals to be
            # ignored.
            if handler is not signal.SIG_IGN:
                signal.signal(number, answer)
        yield listener
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(waking)
        _listening.pop()
        listener.close()


def _said_once(swallowed: sys.UnraisableHookArgs) -> None:
    """Print exceptions that Python cannot raise; after a signal :func:`go_on` raises instead."""
    if received() is None:
        sys.__unraisablehook__(swallowed)


def _raise(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _do_nothing(_number: int, _frame: FrameType | None) -> None:
    """Do nothing: the listener handles the signal."""
