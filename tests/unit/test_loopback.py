"""The servers of the tests are silent about clients that hang up, and about nothing else."""

from __future__ import annotations

import socket
import struct
import threading
from http.server import HTTPServer

import pytest

from tests.loopback import ANY_PORT, Loopback, QuietHandler


@pytest.mark.parametrize("fault", [None, ValueError("a fault of the test")])
def test_only_a_client_that_hangs_up_is_no_news(
    capfd: pytest.CaptureFixture[str], fault: Exception | None
) -> None:
    asked, gone = threading.Event(), threading.Event()

    class Handler(QuietHandler):
        def do_GET(self) -> None:  # noqa: N802
            asked.set()
            gone.wait()
            if fault is not None:
                raise fault
            while True:
                self.wfile.write(b"." * 65536)

    server = Loopback(HTTPServer(ANY_PORT, Handler))
    with socket.create_connection(("127.0.0.1", int(server.url.rpartition(":")[2]))) as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        client.sendall(b"GET / HTTP/1.1\r\n\r\n")
        asked.wait()
    gone.set()
    server.close()
    said = capfd.readouterr().err
    assert ("a fault of the test" in said) == (fault is not None)
    assert fault is not None or not said
