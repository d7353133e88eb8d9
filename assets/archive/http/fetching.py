"""What every fetcher of a live source is given and returns."""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from assets.archive.http.client import Client, Limits
from assets.archive.http.servers import Producers
from assets.archive.vintage import Origin, Refusal, Vintage
from assets.text.secret import redacted, remember

_ZIP_DATE = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class FetchRequest:
    """One attempt to fetch what is new of a dataset.

    Attributes:
        dataset_id: Dataset of the catalogue.
        licence: Licence of its extracts.
        folder: Folder for the fetched files; removed after intake.
        known: Vintages in the archive, oldest first.
        refused: What was refused earlier by the same code, oldest first.
        environment: Where base addresses and tokens are read from.
        limits: Bounds of every request.
        clients: Clients that were handed out, so that requests and bytes can be counted.
        producers: What this run has learned of the producers' servers so far.
        night: Number of the day, so that what is looked at in turns has its turn.
    """

    dataset_id: str
    licence: str
    folder: Path
    known: tuple[Vintage, ...] = ()
    refused: tuple[Refusal, ...] = ()
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ)
    limits: Limits = field(default_factory=Limits)
    clients: list[Client] = field(default_factory=list, compare=False)
    producers: Producers | None = None
    night: int = field(default_factory=lambda: datetime.now(UTC).toordinal())

    def base(self, variable: str, default: str) -> str:
        """Return a base address, which tests and mirrors set by an environment variable."""
        return (self.environment.get(variable) or default).rstrip("/")

    def secret(self, variable: str) -> str | None:
        """Return a key from the environment; no text that goes out repeats it from now on."""
        return remember(self.environment.get(variable))

    def last_origin(self, url: str, parameters: Mapping[str, str] | None = None) -> Origin | None:
        """Return the newest origin that was fetched from this URL with these parameters."""
        url = redacted(url)
        wanted = (parameters or {}).items()
        found = [
            statement
            for vintage in self.known
            for statement in vintage.statements
            if statement.url == url and wanted <= statement.parameters.items()
        ]
        return sorted(found, key=lambda s: s.retrieved_at)[-1] if found else None

    def is_known(
        self, url: str, stamp: Mapping[str, str], parameters: Mapping[str, str] | None = None
    ) -> bool:
        """Return whether the archive has this URL with the same ETag or Last-Modified."""
        return not is_newer(self.last_origin(url, parameters), stamp)

    def still_refused(self, url: str, stamp: Mapping[str, str]) -> StillRefused | None:
        """Return the lasting refusal of the same bytes, if any.

        It need not be fetched again: the same code would refuse the same bytes again.
        """
        url = redacted(url)
        for refusal in reversed(self.refused):
            if refusal.origin.url == url:
                same = bool(stamp) and stamp.items() <= refusal.origin.headers.items()
                return StillRefused(url, refusal.message) if same and refusal.lasting else None
        return None

    def client(self, headers: Mapping[str, str] | None = None) -> Client:
        """Return a client with the limits of this attempt."""
        client = Client(self.limits, headers, self.producers)
        self.clients.append(client)
        return client

    def origin(
        self,
        url: str,
        *,
        published_at: str | None = None,
        headers: Mapping[str, str] | None = None,
        parameters: Mapping[str, str] | None = None,
    ) -> Origin:
        """Return the origin of a file that has just been fetched."""
        return Origin(
            url=redacted(url),
            retrieved_at=datetime.now(UTC).isoformat(timespec="seconds"),
            licence=self.licence,
            published_at=published_at,
            headers=dict(headers or {}),
            parameters=dict(parameters or {}),
        )


@dataclass(frozen=True)
class Fetched:
    """A file that was fetched whole, with its origin."""

    file: Path
    origin: Origin


@dataclass(frozen=True)
class StillRefused:
    """The producer still offers what was refused earlier; it was not fetched again."""

    url: str
    message: str


@dataclass(frozen=True)
class Advice:
    """Something that a person should know and that keeps nothing from being taken in."""

    message: str


Offer = Fetched | StillRefused | Advice


@dataclass(frozen=True)
class Fetcher:
    """Fetches what is new of a dataset.

    Attributes:
        variable: Environment variable that sets another base address, for tests and mirrors.
        base: Base address of the producer.
        offers: Yields what is new, file by file; nothing where the producer has nothing new.
            Raises ``FetchError``; what was yielded before stays.
    """

    variable: str
    base: str
    offers: Callable[[FetchRequest], Iterable[Offer]]

    def server(self, environment: Mapping[str, str]) -> str:
        """Return host and port of the server that is asked."""
        address = environment.get(self.variable) or self.base
        return urlsplit(address).netloc.rpartition("@")[2]

    def __call__(self, request: FetchRequest) -> Iterable[Offer]:
        """Yield what is new."""
        return self.offers(request)


def zip_of_pages(pages: Iterable[tuple[str, bytes]]) -> bytes:
    """Return a zip of pages whose bytes depend on the pages alone."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in pages:
            archive.writestr(zipfile.ZipInfo(name, _ZIP_DATE), body, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def is_newer(origin: Origin | None, headers: Mapping[str, str]) -> bool:
    """Return whether ETag or Last-Modified differ from those of the last vintage."""
    if origin is None:
        return True
    shared = [k for k in headers if k in origin.headers]
    return not shared or any(origin.headers[k] != headers[k] for k in shared)
