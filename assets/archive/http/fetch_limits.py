"""Bounds of everything that is fetched."""

from __future__ import annotations

from dataclasses import dataclass

from assets.archive.http.servers import Patience


@dataclass(frozen=True)
class Limits:
    """Bounds of a fetch.

    Attributes:
        max_bytes: Largest body accepted.
        seconds: Longest time for one answer, headers and body, however slowly it arrives. Waits
            between tries are not part of it.
        connect_seconds: Longest wait for a connection.
        read_seconds: Longest wait for the next bytes.
        attempts: How often a request is tried that is answered by a passing failure.
        unanswered_attempts: How often a request is tried that gets no answer at all.
        backoff_seconds: First wait between tries; doubled each time.
        retry_after_max: Longest that one run waits for one server where it asks for that by
            ``Retry-After``, in seconds; whoever asks for more is left alone until then.
        producer_seconds: Longest time of one run for everything that is asked of one server.
    """

    max_bytes: int = 200 << 20
    seconds: float = 600
    connect_seconds: float = 15
    read_seconds: float = 60
    attempts: int = 5
    unanswered_attempts: int = 2
    backoff_seconds: float = 1.0
    retry_after_max: int = 300
    producer_seconds: float = 1800

    @property
    def patience(self) -> Patience:
        """Patience of one run with one server, as the client needs it."""
        return Patience(self.producer_seconds, self.retry_after_max)
