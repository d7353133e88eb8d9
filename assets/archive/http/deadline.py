"""A deadline for the whole answer of a server, headers and body.

The timeouts of requests hold for one wait each: whoever sends a byte before each of them runs out
keeps its reader for ever.
"""

from __future__ import annotations

import http.client
import io
import math
import socket
import time
from collections.abc import Mapping
from functools import partial
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.connectionpool import ConnectionPool


class Late(Exception):  # noqa: N818
    """The deadline has passed; what was received so far is not whole."""


class Deadline:
    """The moment by which an answer must have arrived whole; none until it is set."""

    def __init__(self) -> None:
        """Start without a limit."""
        self._at = math.inf

    def set(self, seconds: float) -> None:
        """Allow ``seconds`` from now on."""
        self._at = time.monotonic() + seconds

    def left(self) -> float:
        """Return the seconds that are left.

        Raises:
            Late: None are.
        """
        left = self._at - time.monotonic()
        if left <= 0:
            raise Late
        return left


class BoundedAdapter(HTTPAdapter):
    """Transport of requests whose answers arrive before a deadline; nothing is tried again."""

    def __init__(self, deadline: Deadline) -> None:
        """Prepare connections.

        Args:
            deadline: Holds for every answer; the owner sets it before each request.
        """
        super().__init__(max_retries=0)
        self._response_class = partial(_BoundedResponse, deadline=deadline)

    def get_connection_with_tls_context(
        self,
        request: requests.PreparedRequest,
        verify: bool | str | None,
        proxies: Mapping[str, str] | None = None,
        cert: Any = None,
    ) -> ConnectionPool:
        """Return the pool for a request; its connections read through the deadline."""
        pool: Any = super().get_connection_with_tls_context(request, verify, proxies, cert)
        plain = pool.ConnectionCls
        if getattr(plain, "response_class", None) is not self._response_class:
            bounded = {"response_class": staticmethod(self._response_class)}
            pool.ConnectionCls = type("BoundedConnection", (plain,), bounded)
        return pool  # type: ignore[no-any-return]


class _BoundedResponse(http.client.HTTPResponse):
    def __init__(self, sock: socket.socket, *args: Any, deadline: Deadline, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        raw = self.fp.detach()
        self.fp = io.BufferedReader(_BoundedReader(raw, sock, deadline))


class _BoundedReader(io.RawIOBase):
    def __init__(self, raw: io.RawIOBase, sock: socket.socket, deadline: Deadline) -> None:
        self._raw, self._socket, self._deadline = raw, sock, deadline
        self._longest_silence = sock.gettimeout()

    def readable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._raw.fileno()

    def readinto(self, buffer: Any) -> int | None:
        left = self._deadline.left()
        silence = self._longest_silence
        self._socket.settimeout(left if silence is None else min(left, silence))
        try:
            return self._raw.readinto(buffer)
        except TimeoutError:
            self._deadline.left()
            raise

    def close(self) -> None:
        self._raw.close()
        super().close()
