"""Circuit breaker per server: whether to ask it again in this run, and how long to wait.

One run asks a server for up to seven datasets. Without a memory a dead server would be waited for
once per dataset, and a busy one would have each of them wait as long as it asks.
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from assets.archive.http.retry_after import AskedToWait, in_words, moment_after
from assets.text.secret import redacted

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_AGAIN = "The next run asks it again."
_AFTER_THAT = "The first run after that asks it again."


class FetchError(RuntimeError):
    """A source could not be fetched; the message says what was seen and what to do.

    It holds no key, whatever the server repeats, and no control characters.
    """

    def __init__(self, message: str) -> None:
        """Take the message without what must not be told."""
        super().__init__(_CONTROL.sub("?", redacted(message)))


class GivenUpError(FetchError):
    """A producer's server is not asked any more in this run; the message holds for all of it."""


@dataclass(frozen=True)
class Patience:
    """How much time and how many failures one run allows one server.

    Attributes:
        seconds: Longest time for everything that is asked of it, waits included.
        wait_seconds: Longest sum of the waits that it asks for by ``Retry-After``.
    """

    seconds: float = 1800
    wait_seconds: float = 300


@dataclass
class Producer:
    """One server during one run; used by one thread.

    Attributes:
        name: Host, with a port where it has one.
        patience: How long it is borne with.
        asked_to_wait: What servers asked of this run and of those before.
    """

    name: str
    patience: Patience
    asked_to_wait: AskedToWait = field(default_factory=AskedToWait)
    _given_up: str = ""
    _heard: bool = False
    _unanswered: int = 0
    _waited: float = 0.0
    _not_before: float = 0.0
    _ends: float | None = None

    def ask(self) -> float:
        """Wait until the server may be asked again; return the seconds that it has left.

        Raises:
            GivenUpError: It is not asked any more in this run.
        """
        if self._given_up:
            raise GivenUpError(self._given_up)
        if self._ends is None:
            self._ends = time.monotonic() + self.patience.seconds
            if until := self.asked_to_wait.until(self.name):
                self.give_up(
                    f"asked an earlier run to leave it alone until {in_words(until)}, and was not "
                    "asked since",
                    _AFTER_THAT,
                )
        pause = self._not_before - time.monotonic()
        if pause > 0:
            self._waited += pause
            time.sleep(pause)
        left = self._rest()
        if left <= 0:
            self.give_up(f"took longer than {self.patience.seconds / 60:,.0f} minutes")
        return left

    def answered(self) -> None:
        """Note that the server lives."""
        self._heard, self._unanswered = True, 0

    def unanswered(self, problem: str) -> None:
        """Note that a request got no answer, however often it was tried.

        A server that has never answered in this run is given up at once; one that has, when it is
        silent twice in a row: the first may be the fault of one address.

        Raises:
            GivenUpError: It is not asked any more in this run.
        """
        self._unanswered += 1
        if not self._heard or self._unanswered > 1:
            self.give_up(problem)

    def hold(self, status: int, asked: float) -> None:
        """Note an answer that asks to wait for some seconds, e.g. 429 with ``Retry-After``.

        Raises:
            GivenUpError: Longer than this run may wait for it.
        """
        left = max(0.0, min(self.patience.wait_seconds - self._waited, self._rest()))
        if asked > left:
            self.asked_to_wait.note(self.name, asked)
            self.give_up(
                f"answered {status} and asks to wait {asked:,.0f} s, which is more than the "
                f"{left:,.0f} s that a run may still wait for it. It asked not to be asked before "
                f"{moment_after(asked)}",
                _AFTER_THAT,
            )
        self._not_before = time.monotonic() + asked

    def give_up(self, problem: str, again: str = _AGAIN) -> None:
        """Ask the server nothing more in this run.

        Args:
            problem: What it did, as a sentence that begins with its name.
            again: Which run asks it again.

        Raises:
            GivenUpError: Always.
        """
        self._given_up = f"{self.name} {problem}. {again}"
        raise GivenUpError(self._given_up)

    def _rest(self) -> float:
        """Return the seconds that are left of this run's time for the server."""
        ends = self._ends
        return self.patience.seconds if ends is None else ends - time.monotonic()


@dataclass
class Producers:
    """The servers of one run, each with its own patience."""

    patience: Patience = field(default_factory=Patience)
    asked_to_wait: AskedToWait = field(default_factory=AskedToWait)
    _known: dict[str, Producer] = field(default_factory=dict)

    def of(self, url: str) -> Producer:
        """Return the server of an address."""
        name = urlsplit(url).netloc.rpartition("@")[2]
        return self._known.setdefault(name, Producer(name, self.patience, self.asked_to_wait))
