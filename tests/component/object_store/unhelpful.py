"""Servers that speak a little S3 and are of no use: one ignores conditions, one never answers."""

from __future__ import annotations

import hashlib
import socket
from http.server import ThreadingHTTPServer
from urllib.parse import unquote, urlsplit

from tests.loopback import ANY_PORT, Loopback, QuietHandler

_LISTING = (
    '<?xml version="1.0"?><ListBucketResult><Name>imr</Name><Prefix></Prefix><KeyCount>0</KeyCount>'
    "<MaxKeys>1000</MaxKeys><IsTruncated>false</IsTruncated></ListBucketResult>"
)


class _Handler(QuietHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    @property
    def key(self) -> str:
        return unquote(urlsplit(self.path).path)

    def do_PUT(self) -> None:  # noqa: N802
        content = self.rfile.read(int(self.headers["Content-Length"]))
        conditions = [self.headers.get(name) for name in ("If-Match", "If-None-Match")]
        if self.server.refuses and any(conditions):
            self._answer(501, b"<Error><Code>NotImplemented</Code></Error>")
        elif any(self._fails(name) for name in self.server.honours):
            self._answer(412)
        else:
            self.server.objects[self.key] = content
            self._answer(200, tag=_tag(content))

    def _fails(self, condition: str) -> bool:
        wanted, standing = self.headers.get(condition), self.server.objects.get(self.key)
        if condition == "If-None-Match":
            return wanted is not None and standing is not None
        return wanted is not None and (standing is None or wanted != _tag(standing))

    def do_GET(self) -> None:  # noqa: N802
        content = self.server.objects.get(self.key)
        if "list-type" in self.path:
            self._answer(200, _LISTING.encode())
        elif content is None:
            self._answer(404, b"<Error><Code>NoSuchKey</Code></Error>")
        else:
            self._answer(200, content, _tag(content))

    def do_HEAD(self) -> None:  # noqa: N802
        self._answer(200 if self.key in self.server.objects else 404)

    def do_POST(self) -> None:  # noqa: N802
        self.rfile.read(int(self.headers["Content-Length"]))
        self.server.objects.clear()
        self._answer(200, b"<DeleteResult></DeleteResult>")

    def _answer(self, status: int, content: bytes = b"", tag: str = "") -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Last-Modified", "Mon, 01 Jun 2026 02:15:00 GMT")
        if tag:
            self.send_header("ETag", tag)
        self.end_headers()
        self.wfile.write(content)


class _Server(ThreadingHTTPServer):
    def __init__(self, honours: frozenset[str], refuses: bool) -> None:
        super().__init__(ANY_PORT, _Handler)
        self.objects: dict[str, bytes] = {}
        self.honours = honours
        self.refuses = refuses


class CarelessServer(Loopback):
    """Stores what it is given, whatever the conditions say."""

    def __init__(self, honours: frozenset[str] = frozenset(), *, refuses: bool = False) -> None:
        """Start; it honours some conditions all the same, or answers 501 to any of them."""
        server = _Server(honours, refuses)
        super().__init__(server)
        self.objects = server.objects


def _tag(content: bytes) -> str:
    return f'"{hashlib.md5(content).hexdigest()}"'  # noqa: S324


def silent() -> socket.socket:
    """A port that takes connections and never says a word."""
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    listening.listen(64)
    return listening
