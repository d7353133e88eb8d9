"""The one HTTP client: polite, bounded in time and size, suspicious of what it receives.

A download ends either as a whole file or as a :class:`FetchError`; nothing half is ever seen.
"""

from __future__ import annotations

import gzip
import io
import json
import logging
import os
import re
import time
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import urljoin, urlsplit

import requests
from urllib3.exceptions import HTTPError

from assets.archive.http.deadline import BoundedAdapter, Deadline, Late
from assets.archive.http.fetch_limits import Limits as Limits
from assets.archive.http.retry_after import moment_after, seconds_asked
from assets.archive.http.servers import FetchError as FetchError
from assets.archive.http.servers import Producer, Producers
from assets.archive.http.silence import named, silence
from assets.state.code_version import code_version

CONTACT_VARIABLE = "IMR_CONTACT"

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
_PLAIN, _GZIP = ("", "identity"), ("gzip", "x-gzip")
_CONTACT = re.compile(r"[!-'*-\[\]-~]+")
FETCH_LOGGER = "imr.doing"
"""Logger of what a fetch waits for, for whoever shows the progress of a run."""
_LOG = logging.getLogger(FETCH_LOGGER)


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

    def json(self, expected: str) -> object:
        """Return the value that the body writes in JSON.

        Args:
            expected: What it should describe, for the error message.

        Raises:
            FetchError: The body is not JSON.
        """
        try:
            return json.loads(self.body)
        except ValueError as error:
            raise FetchError(
                f"{self.url.partition('?')[0]} answered no JSON but {_excerpt(self.body)[:120]!r}; "
                f"expected {expected}. A maintenance page is often sent with status 200; the next "
                "scheduled run tries again."
            ) from error


class Client:
    """Sends requests to one producer."""

    def __init__(
        self,
        limits: Limits | None = None,
        headers: Mapping[str, str] | None = None,
        producers: Producers | None = None,
    ) -> None:
        """Prepare a session.

        Args:
            limits: Bounds of every fetch.
            headers: Headers to send with every request, e.g. an application token.
            producers: What this run has learned of the servers so far.
        """
        self.limits = limits or Limits()
        self._producers = producers or Producers(self.limits.patience)
        self._heard = False
        self.requests = 0
        self.bytes = 0
        self._deadline = Deadline()
        self._session = _Session()
        self._session.headers["User-Agent"] = _user_agent(os.environ.get(CONTACT_VARIABLE, ""))
        self._session.headers["Accept-Encoding"] = "gzip"
        self._session.headers.update(headers or {})
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, BoundedAdapter(self._deadline))

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
            url: Address; redirects are followed on the same scheme, host and port only.
            params: Query parameters.
            headers: Further headers, e.g. ``If-None-Match``.
            accept: Status codes that are answers; everything else is an error.

        Raises:
            FetchError: No whole answer within the limits.
        """
        accepted = tuple(accept)
        producer = self._producers.of(url)
        problem, unanswered, attempt = "", 0, 0
        while attempt < self.limits.attempts:
            attempt += 1
            left, self._heard = producer.ask(), False
            try:
                answer = self._once(url, params, headers or {}, accepted, left)
            except (requests.ConnectionError, requests.Timeout, HTTPError, _BrokenBody) as error:
                problem = named(error)
                unanswered += not self._heard
                if isinstance(error, requests.exceptions.SSLError):
                    producer.give_up(f"cannot be trusted or reached: {problem}")
                if unanswered >= self.limits.unanswered_attempts:
                    producer.unanswered(silence(error, self.limits, attempt))
                    break
            except requests.RequestException as error:
                problem = named(error)
                break
            else:
                producer.answered()
                if answer.status in accepted:
                    return answer
                if self._refused(producer, url, answer, accepted, attempt):
                    continue
            if attempt < self.limits.attempts:
                time.sleep(self.limits.backoff_seconds * 2 ** (attempt - 1))
        raise FetchError(
            f"{url} could not be fetched in {attempt} {'try' if attempt == 1 else 'tries'}; last "
            f"problem: {problem}. The next scheduled run tries again."
        )

    def _refused(
        self, producer: Producer, url: str, answer: Answer, accepted: tuple[int, ...], attempt: int
    ) -> bool:
        """Raise for a final refusal; return whether the server says when to try again."""
        passing = answer.status in RETRIED
        asked = seconds_asked(answer.headers.get("Retry-After", "")) if passing else 0.0
        if asked:
            producer.hold(answer.status, asked)
        if not passing or attempt == self.limits.attempts:
            raise FetchError(
                f"{url} answered {answer.status}: {_excerpt(answer.body)}. Expected "
                f"{' or '.join(map(str, accepted))}. " + _advice(answer.status)
            )
        if asked:
            _LOG.info(
                "%s answered %d and asks to wait %.0f s; waiting until %s",
                *(producer.name, answer.status, asked, moment_after(asked)),
            )
        return asked > 0

    def _once(
        self,
        url: str,
        params: Mapping[str, str] | None,
        headers: Mapping[str, str],
        accepted: tuple[int, ...],
        left: float,
    ) -> Answer:
        seconds = min(self.limits.seconds, left)
        self._deadline.set(seconds)
        before = self.bytes
        try:
            return self._followed(url, params, headers, accepted)
        except Late:
            raise FetchError(
                f"{url} had sent {self.bytes - before:,} bytes after {seconds:g} s; "
                "expected the whole body by then. The next scheduled run tries again."
            ) from None

    def _followed(
        self,
        url: str,
        params: Mapping[str, str] | None,
        headers: Mapping[str, str],
        accepted: tuple[int, ...],
    ) -> Answer:
        address: str = url
        for _ in range(_REDIRECTS + 1):
            self.requests += 1
            # Leaving the block closes a connection whose body was not read to its end.
            with self._session.get(
                address,
                params=params,
                headers=dict(headers),
                stream=True,
                allow_redirects=False,
                timeout=(self.limits.connect_seconds, self.limits.read_seconds),
            ) as response:
                self._heard = True
                if response.status_code in accepted:
                    return self._read(response, url)
                if not response.is_redirect:
                    return self._refusal(response)
                address = self._redirected(address, response.headers["Location"])
                params = None
        raise FetchError(f"{url} redirects more than {_REDIRECTS} times. Check the address.")

    def _redirected(self, address: str, location: str) -> str:
        try:
            target = urljoin(address, location)
            # What requests would not send credentials to is not the producer that was asked.
            moved = bool(self._session.should_strip_auth(address, target))  # type: ignore[no-untyped-call]
        except ValueError:
            target, moved = location, True
        if moved:
            raise FetchError(
                f"{address} redirects to {target[:200]}; expected to stay on "
                f"{urlsplit(address).scheme}://{urlsplit(address).netloc}. If the producer has "
                "moved, set the new base address."
            )
        return target

    def _refusal(self, response: requests.Response) -> Answer:
        """Return an error answer with the start of its body, for the message."""
        try:
            start = response.raw.read1(_CHUNK, decode_content=False)
        except (HTTPError, Late):
            start = b""
        self.bytes += len(start)
        if _encoding(response) in _GZIP:
            try:
                start = zlib.decompressobj(wbits=31).decompress(start, _CHUNK)
            except zlib.error:
                start = b""
        kept = {h: response.headers[h] for h in ("Retry-After",) if h in response.headers}
        return Answer(response.status_code, start, kept, str(response.url))

    def _read(self, response: requests.Response, url: str) -> Answer:
        length = response.headers.get("Content-Length", "").strip()
        announced = int(length) if re.fullmatch("[0-9]{1,18}", length) else 0
        if announced > self.limits.max_bytes:
            raise FetchError(_too_large(url, announced, self.limits.max_bytes))
        parts: list[bytes] = []
        size = 0
        while chunk := response.raw.read1(_CHUNK, decode_content=False):
            size += len(chunk)
            self.bytes += len(chunk)
            if size > self.limits.max_bytes:
                raise FetchError(_too_large(url, size, self.limits.max_bytes))
            self._deadline.left()
            parts.append(chunk)
        body = b"".join(parts)
        encoding = _encoding(response)
        if encoding in _GZIP and response.status_code != 304:
            body = self._unzipped(body, url)
        elif encoding not in _PLAIN + _GZIP:
            raise FetchError(
                f"{url} sends a body with Content-Encoding {encoding}; expected gzip or none, as "
                "was asked for. Look at the address by hand: a proxy may stand in between."
            )
        kept = {h: response.headers[h] for h in KEPT_HEADERS if h in response.headers}
        out_of_date = response.headers.get("X-SODA2-Data-Out-Of-Date", "").lower() == "true"
        return Answer(
            response.status_code,
            body,
            kept | ({"X-SODA2-Data-Out-Of-Date": "true"} if out_of_date else {}),
            str(response.url),
        )

    def _unzipped(self, body: bytes, url: str) -> bytes:
        """Return all members of a gzip body; the format allows several."""
        if not body:
            raise _BrokenBody("the compressed body is empty")
        try:
            with gzip.open(io.BytesIO(body)) as packed:
                plain = packed.read(self.limits.max_bytes + 1)
        except EOFError as error:
            raise _BrokenBody("the compressed body ends early") from error
        except (OSError, zlib.error) as error:
            raise _BrokenBody(f"the compressed body is damaged ({error})") from error
        if len(plain) > self.limits.max_bytes:
            raise FetchError(_too_large(url, len(plain), self.limits.max_bytes))
        return plain


class _Session(requests.Session):
    """A session that leaves redirects alone: requests would read their bodies whole."""

    def get_redirect_target(self, resp: requests.Response) -> None:
        return None


class _BrokenBody(Exception):  # noqa: N818
    """A body that arrived damaged; worth another try."""


def _user_agent(contact: str) -> str:
    contact = contact.strip()
    if contact and not _CONTACT.fullmatch(contact):
        raise FetchError(
            f"{CONTACT_VARIABLE} is {contact!r}; expected a mail or web address without spaces or "
            "parentheses. It is sent to the producers, so that they can write before they block."
        )
    version = code_version("assets/archive")
    return (
        f"infant-mortality-rates/{version} (public-health statistics pipeline"
        f"{'; ' if contact else ''}{contact})"
    )


def _encoding(response: requests.Response) -> str:
    return response.headers.get("Content-Encoding", "").strip().lower()


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
