"""A server on loopback that answers by script: it throttles, drips, breaks and lies."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.loopback import ANY_PORT, Loopback, QuietHandler

Script = list[Callable[[BaseHTTPRequestHandler], None]]


class Server(Loopback):
    """Answers each request with the next step of a script; repeats the last step."""

    def __init__(self) -> None:
        self.script: Script = []
        self.seen: list[tuple[str, dict[str, str]]] = []
        outer = self

        class Handler(QuietHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:  # noqa: N802
                outer.seen.append((self.path, dict(self.headers)))
                step = min(len(outer.seen), len(outer.script)) - 1
                outer.script[step](self)

        super().__init__(ThreadingHTTPServer(ANY_PORT, Handler))


def answer(
    status: int = 200, body: bytes = b"ok", **headers: str
) -> Callable[[BaseHTTPRequestHandler], None]:
    def send(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        named = {k.replace("_", "-"): v for k, v in headers.items()}
        handler.send_header("Content-Length", named.pop("Content-Length", str(len(body))))
        for name, value in named.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body)
        if "Content-Length" in headers or "Content_Length" in headers:
            handler.close_connection = True

    return send


def reset(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b"half")
    handler.wfile.flush()
    handler.close_connection = True
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.rfile.close()
    handler.connection.close()


def drip(start: bytes) -> Callable[[BaseHTTPRequestHandler], None]:
    """Send the start of an answer, then a byte every now and then until nobody listens."""

    def send(handler: BaseHTTPRequestHandler) -> None:
        handler.close_connection = True
        pause = threading.Event()
        try:
            handler.wfile.write(start)
            for _ in range(9000):
                handler.wfile.write(b"x")
                handler.wfile.flush()
                pause.wait(0.01)
        except OSError:
            return

    return send


def endless(first_line: bytes) -> Callable[[BaseHTTPRequestHandler], None]:
    def send(handler: BaseHTTPRequestHandler) -> None:
        handler.close_connection = True
        try:
            handler.wfile.write(first_line + b"\r\nTransfer-Encoding: chunked\r\n\r\n")
            for _ in range(4096):
                handler.wfile.write(b"100000\r\n" + bytes(1 << 20) + b"\r\n")
        except OSError:
            return

    return send
