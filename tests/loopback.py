"""HTTP servers of the tests: real ones, on a free port of the loopback interface."""

from __future__ import annotations

import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

ANY_PORT = ("127.0.0.1", 0)


class QuietHandler(BaseHTTPRequestHandler):
    """Answers without a log on the terminal."""

    def log_message(self, *_: object) -> None:
        return


class Loopback:
    """A server that answers in threads of this process until it is closed."""

    def __init__(self, server: HTTPServer) -> None:
        self._server = server
        server.handle_error = self._tell  # type: ignore[method-assign]
        self.url = f"http://127.0.0.1:{server.server_port}"
        threading.Thread(
            target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
        ).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _tell(self, request: object, client_address: object) -> None:
        """Print what went wrong in a handler, unless the other side hung up, as clients may."""
        if not isinstance(sys.exception(), ConnectionError):
            HTTPServer.handle_error(self._server, request, client_address)  # type: ignore[arg-type]
