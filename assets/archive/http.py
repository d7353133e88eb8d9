"""The one HTTP client: polite, bounded in time and size, suspicious of what it receives.

A download ends either as a whole file or as a :class:`FetchError`; nothing half is ever seen.
"""

from __future__ import annotations

import time
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import urljoin, urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError
from urllib3.util.retry import Retry

from assets.code_version import code_version

RETRIED = (202, 429, 500, 502, 503, 504)
KEPT_HEADERS = (
    "ETag",
    "Last-Modified",
    "Content-Type",
    "X-SODA2-Fields",
    "X-SODA2-Types",
    "X-SODA2-Truth-Last-Modified",
)
_CHUNK = 1 << 16
_REDIRECTS = 5


class FetchError(RuntimeError):
    """A source could not be fetched; the message says what was seen and what to do."""


@dataclass(frozen=True)
class Limits:
    """Bounds of a fetch.

    Attributes:
        max_bytes: Largest body accepted.
        seconds: Longest time for one body, however slowly it arrives.
        connect_seconds: Longest wait for a connection.
        read_seconds: Longest wait for the next bytes.
        attempts: How often a request is tried.
        backoff_seconds: First wait between tries; doubled each time.
        retry_after_max: Longest wait that a ``Retry-After`` is honoured for.
    """

    max_bytes: int = 200 << 20
    seconds: float = 600
    connect_seconds: float = 15
    read_seconds: float = 60
    attempts: int = 5
    backoff_seconds: float = 1.0
    retry_after_max: int = 3600


@dataclass(frozen=True)
class Answer:
    """A body that arrived whole.

    Attributes:
        status: 200, or 304 where nothing changed (the body is empty then).
        body: The bytes, decoded from transport compression.
        headers: Headers worth keeping.
        url: Final address.
    """

    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)
    url: str = ""

    @property
    def unchanged(self) -> bool:
        """True where the server says that the resource is still the same."""
        return self.status == 304


class Client:
    """Sends requests to one producer."""

    def __init__(
        self, limits: Limits | None = None, headers: Mapping[str, str] | None = None
    ) -> None:
        """Prepare a session.

        Args:
            limits: Bounds of every fetch.
            headers: Headers to send with every request, e.g. an application token.
        """
        self.limits = limits or Limits()
        self.requests = 0
        self.bytes = 0
        self._session = requests.Session()
        self._session.headers["User-Agent"] = (
            f"infant-mortality-rates/{code_version('assets/archive')} "
            "(public-health statistics pipeline)"
        )
        self._session.headers["Accept-Encoding"] = "gzip"
        self._session.headers.update(headers or {})
        retry = Retry(
            total=None,
            connect=0,
            read=0,
            other=0,
            status=self.limits.attempts - 1,
            backoff_factor=self.limits.backoff_seconds,
            status_forcelist=RETRIED,
            allowed_methods=("GET",),
            respect_retry_after_header=True,
            retry_after_max=self.limits.retry_after_max,
            raise_on_status=False,
        )
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, HTTPAdapter(max_retries=retry))

    def __enter__(self) -> Self:
        """Return the client."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the session."""
        self._session.close()

    def get(
        self,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        accept: Iterable[int] = (200, 304),
    ) -> Answer:
        """Fetch an address, trying again where the failure may pass.

        Args:
            url: Address; redirects are followed on the same host only.
            params: Query parameters.
            headers: Further headers, e.g. ``If-None-Match``.
            accept: Status codes that are answers; everything else is an error.

        Raises:
            FetchError: No whole answer within the limits.
        """
        accepted = tuple(accept)
        problem = ""
        for attempt in range(1, self.limits.attempts + 1):
            try:
                answer = self._once(url, params, headers or {})
            except (requests.exceptions.SSLError, requests.exceptions.RetryError) as error:
                problem = _named(error)
                break
            except (requests.ConnectionError, requests.Timeout, HTTPError, _BrokenBody) as error:
                problem = _named(error)
                time.sleep(self.limits.backoff_seconds * 2 ** (attempt - 1))
                continue
            if answer.status in accepted:
                return answer
            raise FetchError(
                f"{url} answered {answer.status}: {_excerpt(answer.body)}. Expected "
                f"{' or '.join(map(str, accepted))}. " + _advice(answer.status)
            )
        raise FetchError(
            f"{url} could not be fetched in {self.limits.attempts} tries; last problem: {problem}. "
            "The last good vintage stays in use; the next scheduled run tries again."
        )

    def _once(
        self, url: str, params: Mapping[str, str] | None, headers: Mapping[str, str]
    ) -> Answer:
        started = time.monotonic()
        address: str = url
        for _ in range(_REDIRECTS + 1):
            self.requests += 1
            with self._session.get(
                address,
                params=params,
                headers=dict(headers),
                stream=True,
                allow_redirects=False,
                timeout=(self.limits.connect_seconds, self.limits.read_seconds),
            ) as response:
                if not response.is_redirect:
                    return self._read(response, started)
                address = _redirected(address, response.headers["Location"])
                params = None
        raise FetchError(f"{url} redirects more than {_REDIRECTS} times. Check the address.")

    def _read(self, response: requests.Response, started: float) -> Answer:
        announced = int(response.headers.get("Content-Length") or 0)
        if announced > self.limits.max_bytes:
            raise FetchError(_too_large(response.url, announced, self.limits.max_bytes))
        parts: list[bytes] = []
        size = 0
        while chunk := response.raw.read1(_CHUNK, decode_content=False):
            size += len(chunk)
            self.bytes += len(chunk)
            if size > self.limits.max_bytes:
                raise FetchError(_too_large(response.url, size, self.limits.max_bytes))
            if time.monotonic() - started > self.limits.seconds:
                raise FetchError(
                    f"{response.url} had sent {size:,} bytes after {self.limits.seconds:g} s; "
                    "expected the whole body by then. The next scheduled run tries again."
                )
            parts.append(chunk)
        body = b"".join(parts)
        if response.headers.get("Content-Encoding", "").lower() == "gzip":
            body = self._unzipped(body, response.url)
        kept = {h: response.headers[h] for h in KEPT_HEADERS if h in response.headers}
        out_of_date = response.headers.get("X-SODA2-Data-Out-Of-Date", "").lower() == "true"
        return Answer(
            response.status_code,
            body,
            kept | ({"X-SODA2-Data-Out-Of-Date": "true"} if out_of_date else {}),
            str(response.url),
        )

    def _unzipped(self, body: bytes, url: str) -> bytes:
        decoder = zlib.decompressobj(wbits=31)
        try:
            plain = decoder.decompress(body, self.limits.max_bytes + 1)
        except zlib.error as error:
            raise _BrokenBody(f"{url}: {error}") from error
        if len(plain) > self.limits.max_bytes:
            raise FetchError(_too_large(url, len(plain), self.limits.max_bytes))
        if not decoder.eof:
            raise _BrokenBody(f"{url}: the compressed body ends early")
        return plain


class _BrokenBody(Exception):  # noqa: N818
    """A body that arrived damaged; worth another try."""


def _named(error: Exception) -> str:
    return f"{type(error).__name__.strip('_')}: {error}"


def _redirected(address: str, location: str) -> str:
    target = urljoin(address, location)
    here, there = urlsplit(address), urlsplit(target)
    if here.hostname != there.hostname or (here.scheme, there.scheme) == ("https", "http"):
        raise FetchError(
            f"{address} redirects to {there.scheme}://{there.hostname}; expected to stay on "
            f"{here.hostname}. If the producer has moved, set the new base address."
        )
    return target


def _too_large(url: str, size: int, limit: int) -> str:
    return (
        f"{url} sends {size:,} bytes; expected at most {limit:,}. That is not the extract: look "
        "at the address by hand."
    )


def _excerpt(body: bytes) -> str:
    return " ".join(body[:300].decode("utf-8", errors="replace").split()) or "(empty body)"


def _advice(status: int) -> str:
    if status in (401, 403):
        return "Check the token, or whether the producer has blocked this machine."
    if status == 404:
        return "The dataset or file has moved or was retired: look it up on the producer's page."
    if status in RETRIED:
        return "The producer is overloaded or throttles; the next scheduled run tries again."
    return "The request no longer fits the producer's interface."
