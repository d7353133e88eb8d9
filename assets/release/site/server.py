"""Releases over HTTP, read only: what is asked for, what is answered, and to whom.

A file of a release never changes, so that it may be kept for ever; its ETag is the sha256 of the
manifest. A channel moves: it answers with a redirect that nobody keeps.
"""

from __future__ import annotations

import errno
import re
import socket
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import quote

import uvicorn
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import FileResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import Message, Receive, Scope, Send

from assets.release.documents.html import style_source
from assets.release.site.contents import Contents, NotShownError
from assets.release.site.index import index_json, index_page, index_style, listing
from assets.state.released import DamagedReleaseError

_LOCAL_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})
_METHODS = ("GET", "HEAD")
_IMMUTABLE = "public, max-age=31536000, immutable"
_RELEASE = re.compile(r"/releases/release=([^/]+)(?:/(.*))?", re.DOTALL)
_CHANNEL = re.compile(r"/channels/([^/]+?)(?:(\.json)|/(.*))?", re.DOTALL)
_PAGES = (
    # Pages of a release hold all that they show: scripts and styles of their own, no address.
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; "
    "img-src data: blob:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
_PLAIN = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


class NoAddressError(RuntimeError):
    """The site cannot be served there; the message says what to do."""


class Site:
    """The site as an ASGI application."""

    def __init__(
        self,
        releases: Path,
        *,
        address: str | None = None,
        any_name: bool = False,
        log: Callable[[str], None] | None = None,
    ) -> None:
        """Serve the releases of a folder.

        Args:
            releases: The folder; it is looked at for each request.
            address: Where the site is, for the lines to copy.
            any_name: It may be asked for by any name. Otherwise by those of this machine alone, so
                that no page of elsewhere reads it under a name of its own.
            log: Is told a line for each request.
        """
        self._contents = Contents(releases)
        self._address = address
        self._any_name = any_name
        self._log = log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        headers = Headers(scope=scope)
        ranged = headers.get("range", "bytes=").lower().startswith("bytes=")
        if scope["method"] != "GET" or not ranged:
            # A range in another unit, or of anything but GET, is to be ignored.
            scope = {**scope, "headers": [h for h in scope["headers"] if h[0] != b"range"]}
        said = {"status": 0, "bytes": 0}

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                said["status"] = message["status"]
                found = MutableHeaders(scope=message)
                found.setdefault("Content-Security-Policy", _PLAIN)
                found["X-Content-Type-Options"] = "nosniff"
                found["Referrer-Policy"] = "no-referrer"
                found["Cross-Origin-Resource-Policy"] = "same-origin"
            said["bytes"] += len(message.get("body", b""))
            await send(message)

        try:
            answer = await run_in_threadpool(self.answer, scope["method"], scope["path"], headers)
            await answer(scope, receive, guarded)
        except OSError as error:
            # The file was removed between the answer and its bytes: the connection breaks off.
            _told(scope, str(error))
            raise
        except Exception:
            _told(scope, traceback.format_exc())
            raise
        finally:
            if self._log is not None:
                now = datetime.now(UTC).isoformat(timespec="seconds")
                who = (scope.get("client") or ("-",))[0]
                self._log(
                    f"{now} {who} {quote(scope['method'])} {quote(scope['path'], safe='/=.')} "
                    f"{said['status'] or 'broken off'} {said['bytes']}"
                )

    def answer(self, method: str, path: str, headers: Headers) -> Response:
        """Return the response to a request, without waiting for anybody.

        Args:
            method: HTTP method.
            path: Path of the address, decoded.
            headers: Headers of the request.
        """
        if not self._is_meant(headers.get("host", "")):
            return _words(
                421,
                "This site is asked for by another name than its own. Open it at "
                f"{self._address or 'its own address'}; to offer it under other names, see "
                "--host in: imr site --help",
            )
        if method not in _METHODS:
            said = f"This site is read only: {method[:20]} is not answered."
            return _words(405, said, Allow=", ".join(_METHODS))
        try:
            return self._found(path, headers)
        except NotShownError as error:
            return _words(404, f"{error}\nWhat there is: /")
        except DamagedReleaseError as error:
            return _words(500, self._contents.plainly(error))
        except OSError as error:
            return _words(500, f"It cannot be read now ({error.strerror}). Ask again.")

    def _found(self, path: str, headers: Headers) -> Response:
        if path in ("/", "/index.html", "/releases.json"):
            return self._index(path, headers)
        if path in ("/releases", "/releases/", "/channels", "/channels/"):
            return _to("/")
        if path == "/favicon.ico":
            return Response(status_code=204)
        if found := _RELEASE.fullmatch(path):
            version, name = found.groups()
            if name is None:
                self._contents.manifest(version)
                return _to(f"/releases/release={version}/")
            return self._file(version, name or "index.html", headers)
        if found := _CHANNEL.fullmatch(path):
            channel, is_pointer, name = found.groups()
            if is_pointer:
                shown = index_json(vars(self._contents.channel(channel)))
                return _changing(shown, "application/json", headers)
            return self._channel(channel, name)
        raise NotShownError(f"There is nothing at {path[:200]!r}.")

    def _channel(self, channel: str, name: str | None) -> Response:
        version = self._contents.channel(channel).version
        if name is None:
            return _to(f"/channels/{channel}/")
        if (name or "index.html") not in self._contents.names(version):
            raise self._contents.no_file(version, name)
        return _to(f"/releases/release={version}/{name}")

    def _file(self, version: str, name: str, headers: Headers) -> Response:
        file = self._contents.file(version, name)
        answer = FileResponse(
            file.path,
            headers={
                "Cache-Control": _IMMUTABLE,
                "ETag": f'"{file.sha256}"',
                **({"Content-Security-Policy": _PAGES} if name.endswith(".html") else {}),
            },
            media_type=file.media_type,
            stat_result=file.path.stat(),
        )
        return _unless_known(answer, headers)

    def _index(self, path: str, headers: Headers) -> Response:
        found = listing(self._contents)
        if path == "/releases.json" or (path == "/" and _prefers_json(headers.get("accept", ""))):
            answer = _changing(index_json(found), "application/json", headers)
        else:
            policy = _PLAIN + f"; style-src {style_source(index_style())}; img-src data:"
            answer = _changing(
                index_page(found, self._address),
                "text/html; charset=utf-8",
                headers,
                **{"Content-Security-Policy": policy},
            )
        if path == "/":
            answer.headers["Vary"] = "Accept"
        return answer

    def _is_meant(self, host: str) -> bool:
        name = re.sub(r":\d*$", "", host).strip("[]").lower()
        return self._any_name or name in _LOCAL_NAMES


def _told(scope: Scope, said: str) -> None:
    print(f"imr site: {quote(scope['path'])} was not answered: {said}", file=sys.stderr)


def _words(status: int, said: str, **headers: str) -> Response:
    kept = {"Cache-Control": "no-store", **headers}
    return PlainTextResponse(said + "\n", status, headers=kept)


def _to(path: str) -> Response:
    return RedirectResponse(path, 307, headers={"Cache-Control": "no-store"})


def _changing(text: str, media_type: str, headers: Headers, **more: str) -> Response:
    body = text.encode()
    kept = {"Cache-Control": "no-cache", "ETag": f'"{sha256(body).hexdigest()}"', **more}
    return _unless_known(Response(body, headers=kept, media_type=media_type), headers)


def _unless_known(answer: Response, headers: Headers) -> Response:
    """Return the response, 304 where the reader has it, or 412 where it wants another."""
    tag = answer.headers["ETag"]

    def names(header: str) -> bool:
        tags = {part.strip().removeprefix("W/") for part in headers[header].split(",")}
        return bool(tags & {tag, "*"})

    if "if-match" in headers and not names("if-match"):
        return _words(412, "This is not what was asked for: it has another ETag.")
    if "if-none-match" in headers and names("if-none-match"):
        kept = ("ETag", "Cache-Control", "Vary", "Content-Security-Policy")
        return Response(
            status_code=304, headers={k: answer.headers[k] for k in kept if k in answer.headers}
        )
    return answer


def _prefers_json(accept: str) -> bool:
    weights = {}
    for part in accept.split(","):
        media_type, _, parameters = part.partition(";")
        weight = re.search(r"\bq\s*=\s*([01](?:\.\d{1,3})?)", parameters)
        weights[media_type.strip().lower()] = float(weight[1]) if weight else 1.0
    return weights.get("application/json", 0.0) > weights.get("text/html", 0.0)


@contextmanager
def listening(host: str, port: int) -> Iterator[socket.socket]:
    """Take an address of this machine to serve at.

    Args:
        host: Name or number of it.
        port: Port; 0 for any that is free.

    Raises:
        NoAddressError: It is taken, not allowed, or not of this machine.
    """
    try:
        family, _, _, _, where = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        taken = socket.create_server(where[:2], family=family, backlog=128)
    except (OSError, UnicodeError, OverflowError) as error:
        raise NoAddressError(_why_not(host, port, error)) from None
    try:
        yield taken
    finally:
        taken.close()


def _why_not(host: str, port: int, error: Exception) -> str:
    number = getattr(error, "errno", None)
    if number == errno.EADDRINUSE:
        return (
            f"Something else serves at port {port} of {host} already, perhaps another imr site. "
            "Take another port, or any that is free: imr site --serve --port 0"
        )
    if number == errno.EACCES:
        return f"This user may not serve at port {port}. Take one above 1023, such as --port 8000."
    return (
        f"{host!r} is no address of this machine that can be served at ({error}). Leave --host out "
        "for this machine alone, or give 0.0.0.0 for all of its addresses."
    )


def is_local(host: str) -> bool:
    """Return whether only this machine reaches an address."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def address_of(taken: socket.socket, host: str) -> str:
    """Return where a browser opens what is served."""
    port = taken.getsockname()[1]
    name = socket.gethostname() if host in ("0.0.0.0", "::") else host  # noqa: S104
    name = f"[{name}]" if ":" in name else name
    return f"http://{name}:{port}/"


class _Server(uvicorn.Server):
    """A server that leaves signals to whoever started it."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals alone."""
        yield


def server(site: Site) -> uvicorn.Server:
    """Return a server for the site; ``run(sockets=[…])`` serves until it ``should_exit``."""
    config = uvicorn.Config(
        site,
        http="h11",
        loop="asyncio",
        ws="none",
        lifespan="off",
        log_config=None,
        log_level="critical",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=1,
    )
    return _Server(config)
