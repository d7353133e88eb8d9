"""Where the object store is, how it is opened, and what its refusals mean."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from obstore.exceptions import BaseError
from obstore.store import S3Store

STORE_VARIABLE = "IMR_STORE_URL"
_ENDPOINTS = ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL", "AWS_ENDPOINT")
_SECONDS = 60
"""Longest silence of the server; it may also take that long to send one part of an object."""
_MOST = 30
"""How many times as long one answer may take that does arrive, such as a large file."""
_RETRY_SECONDS = 45
_RETRIES = 4
_ENDPOINT = re.compile(r"https?://([\w.-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?(/[\w./-]*)?", re.ASCII)
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_PREFIX = re.compile(r"(?!\.)[\w.=-]+(/(?!\.)[\w.=-]+)*", re.ASCII)
_CODE = re.compile(r"<Code>(\w+)</Code>")
_STATUS = re.compile(r"status code: (\d{3})")
_NETWORK = "Check the network, the proxy and AWS_ENDPOINT_URL."
_KEYS = "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (AWS_SESSION_TOKEN) to valid ones."
_RIGHTS = (
    "Give these credentials s3:ListBucket on the bucket and s3:GetObject, s3:PutObject and "
    "s3:DeleteObject below the prefix."
)
_REGION = "Set AWS_REGION to the region of the bucket."
_BY_CODE = {
    "NoSuchBucket": ("there is no such bucket", "Create the bucket, or correct IMR_STORE_URL."),
    "InvalidAccessKeyId": ("it does not know this access key", _KEYS),
    "SignatureDoesNotMatch": ("the secret does not fit the access key", _KEYS),
    "ExpiredToken": ("the credentials have expired", _KEYS),
    "InvalidToken": ("the session token is not valid", _KEYS),
    "AccessDenied": ("the credentials lack a permission", _RIGHTS),
    "RequestTimeTooSkewed": (
        "this machine's clock is too far from the server's",
        "Set the clock of this machine (NTP).",
    ),
    "AuthorizationHeaderMalformed": ("the region is not the bucket's", _REGION),
    "PermanentRedirect": ("the region is not the bucket's", _REGION),
    "NotImplemented": (
        "it does not know a request that releases need (NotImplemented)",
        "Use a store that honours If-Match and If-None-Match; imr doctor tries them.",
    ),
}


class StoreAddressError(ValueError):
    """``IMR_STORE_URL`` is not the address of a place in an object store."""


class StoreError(RuntimeError):
    """The store refused, failed or could not be reached; says which, and what to do.

    Attributes:
        seen: What happened.
        remedy: What to do about it.
    """

    def __init__(self, location: Location, seen: str, remedy: str) -> None:
        """Keep the parts and say all of them."""
        self.seen = seen
        self.remedy = remedy
        super().__init__(f"{location.url}: {seen}. {remedy}")


@dataclass(frozen=True)
class Location:
    """Place of the releases in an object store.

    Attributes:
        bucket: Name of the bucket.
        prefix: What every key starts with, without slashes at its ends; may be empty.
    """

    bucket: str
    prefix: str

    @property
    def url(self) -> str:
        """Address, as readers write it."""
        return "/".join(part for part in (f"s3://{self.bucket}", self.prefix) if part)


def location_of(url: str) -> Location:
    """Return the place that an address names.

    Args:
        url: ``s3://bucket`` or ``s3://bucket/prefix``.

    Raises:
        StoreAddressError: It is something else; a secret in it is not repeated.
    """
    expected = f"{STORE_VARIABLE} must be s3://bucket/prefix"
    parts = urlsplit(url)
    if parts.username is not None or parts.query or parts.fragment:
        raise StoreAddressError(
            f"{expected}, and nothing else: put credentials into AWS_ACCESS_KEY_ID and "
            "AWS_SECRET_ACCESS_KEY, another server into AWS_ENDPOINT_URL."
        )
    if parts.scheme != "s3" or not _BUCKET.fullmatch(parts.netloc):
        raise StoreAddressError(f"{expected}; it is {url!r}.")
    prefix = parts.path.strip("/")
    if prefix and not _PREFIX.fullmatch(prefix):
        raise StoreAddressError(
            f"{expected}; the prefix {prefix!r} has something else than letters, digits, '-', "
            "'_', '=' and '.' between its slashes, or starts with a dot."
        )
    return Location(parts.netloc, prefix)


def open_store(location: Location, *, seconds: int = _SECONDS) -> S3Store:
    """Return a client; nothing is sent before it is used.

    Credentials, region and endpoint come from the usual ``AWS_*`` variables, or from the machine's
    role.

    Args:
        location: Bucket and prefix.
        seconds: Longest silence of the server before a request is given up.

    Raises:
        StoreError: The endpoint is no address.
    """
    variable = next((name for name in _ENDPOINTS if os.environ.get(name)), "")
    endpoint = os.environ.get(variable, "")
    # The client ends the process where it cannot read the address.
    if endpoint and not _ENDPOINT.fullmatch(endpoint):
        raise StoreError(
            location,
            f"{variable} is {endpoint!r}, which is no address of a server",
            "Write it with its scheme: https://store.example.org or http://127.0.0.1:9000.",
        )
    return S3Store(
        location.bucket,
        prefix=location.prefix or None,
        client_options={
            "allow_http": endpoint.startswith("http://"),
            "connect_timeout": timedelta(seconds=min(5, seconds)),
            "read_timeout": timedelta(seconds=seconds),
            "timeout": timedelta(seconds=_MOST * seconds),
        },
        retry_config={
            "max_retries": _RETRIES,
            "retry_timeout": timedelta(seconds=min(_RETRY_SECONDS, seconds)),
        },
    )


@contextmanager
def asking(location: Location) -> Iterator[None]:
    """Turn what the client raises within the block into a :class:`StoreError`.

    ``FileNotFoundError`` for an object that is not there passes; one for the bucket does not.
    """
    try:
        yield
    except BaseError as error:
        # The client's own text is a page of its inner state.
        raise _explained(location, str(error)) from None
    except FileNotFoundError as error:
        if "NoSuchBucket" in str(error):
            raise _explained(location, str(error)) from None
        raise


def _explained(location: Location, text: str) -> StoreError:
    code = _CODE.search(text)
    status = _STATUS.search(text)
    if code is not None and code[1] in _BY_CODE:
        return StoreError(location, *_BY_CODE[code[1]])
    if "169.254." in text or "credential" in text.lower():
        return StoreError(location, "there are no credentials for it", _KEYS)
    if status is None:
        late = "did not answer in time" if "TimedOut" in text else "could not be reached"
        return StoreError(location, f"the server {late}", _NETWORK)
    if status[1] in ("401", "403"):
        return StoreError(location, f"it refused access ({status[1]})", f"{_KEYS} {_RIGHTS}")
    said = f"{status[1]} {code[1]}" if code is not None else status[1]
    return StoreError(
        location,
        f"the server answered {said}",
        "Try again later; if it stays, ask whoever runs the store.",
    )
