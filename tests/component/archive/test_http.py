"""The client against a real server on loopback that pages, throttles, breaks and lies."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from assets.archive.http import Client, FetchError, Limits

Script = list[Callable[[BaseHTTPRequestHandler], None]]
QUICK = Limits(
    max_bytes=10_000,
    seconds=0.5,
    connect_seconds=2,
    read_seconds=2,
    attempts=3,
    backoff_seconds=0.0,
    retry_after_max=0,
)


class Server:
    """Answers each request with the next step of a script; repeats the last step."""

    def __init__(self) -> None:
        self.script: Script = []
        self.seen: list[tuple[str, dict[str, str]]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:  # noqa: N802
                outer.seen.append((self.path, dict(self.headers)))
                step = min(len(outer.seen), len(outer.script)) - 1
                outer.script[step](self)

            def log_message(self, *_: object) -> None:
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
        ).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def server() -> Iterator[Server]:
    running = Server()
    yield running
    running.close()


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
    handler.connection.close()


def drip(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "9000")
    handler.end_headers()
    pause = threading.Event()
    try:
        for _ in range(9000):
            handler.wfile.write(b"x")
            handler.wfile.flush()
            pause.wait(0.01)
    except OSError:
        return


def test_a_whole_answer_with_its_headers(server: Server) -> None:
    server.script = [answer(body=b"a,b\n1,2\n", ETag='"v1"')]
    with Client(QUICK, {"X-App-Token": "t"}) as client:
        got = client.get(server.url + "/x", params={"$limit": "5"})
    assert (got.body, got.headers["ETag"]) == (b"a,b\n1,2\n", '"v1"')
    path, headers = server.seen[0]
    assert path == "/x?%24limit=5"
    assert headers["X-App-Token"] == "t"
    assert headers["User-Agent"].startswith("infant-mortality-rates/")


def test_not_modified_is_an_answer_without_a_body(server: Server) -> None:
    server.script = [answer(304, b"")]
    with Client(QUICK) as client:
        got = client.get(server.url, headers={"If-None-Match": '"v1"'})
    assert got.unchanged
    assert server.seen[0][1]["If-None-Match"] == '"v1"'


@pytest.mark.parametrize("status", [202, 429, 500, 502, 503, 504])
def test_a_passing_failure_is_tried_again(server: Server, status: int) -> None:
    server.script = [answer(status), answer(body=b"fine")]
    with Client(QUICK) as client:
        assert client.get(server.url).body == b"fine"
    assert len(server.seen) == 2


def test_retry_after_is_honoured(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    monkeypatch.setattr("urllib3.util.retry.time.sleep", waits.append)
    server.script = [answer(429, Retry_After="7"), answer(body=b"fine")]
    with Client(Limits(backoff_seconds=0.0, retry_after_max=60)) as client:
        assert client.get(server.url).body == b"fine"
    assert waits == [7]


def test_for_ever_busy_ends_in_an_error_that_says_so(server: Server) -> None:
    server.script = [answer(503, b"maintenance")]
    with Client(QUICK) as client, pytest.raises(FetchError, match=r"503.*maintenance"):
        client.get(server.url)
    assert len(server.seen) == QUICK.attempts


@pytest.mark.parametrize(
    ("status", "word"), [(400, "no longer fits"), (403, "token"), (404, "retired")]
)
def test_a_lasting_failure_is_not_tried_again(server: Server, status: int, word: str) -> None:
    server.script = [answer(status)]
    with Client(QUICK) as client, pytest.raises(FetchError, match=word):
        client.get(server.url)
    assert len(server.seen) == 1


def test_a_connection_reset_in_mid_body_is_tried_again(server: Server) -> None:
    server.script = [reset, answer(body=b"whole")]
    with Client(QUICK) as client:
        assert client.get(server.url).body == b"whole"


def test_a_body_shorter_than_announced_is_never_accepted(server: Server) -> None:
    server.script = [answer(body=b"short", Content_Length="50")]
    with Client(QUICK) as client, pytest.raises(FetchError, match="3 tries"):
        client.get(server.url)


def test_a_truncated_gzip_body_is_never_accepted(server: Server) -> None:
    server.script = [answer(body=gzip.compress(b"x" * 5000)[:-9], Content_Encoding="gzip")]
    with Client(QUICK) as client, pytest.raises(FetchError, match="ends early"):
        client.get(server.url)


def test_a_gzip_body_is_unpacked(server: Server) -> None:
    server.script = [answer(body=gzip.compress(b"rows"), Content_Encoding="gzip")]
    with Client(QUICK) as client:
        assert client.get(server.url).body == b"rows"


def test_a_gzip_bomb_is_cut_off(server: Server) -> None:
    server.script = [answer(body=gzip.compress(b"0" * 1_000_000), Content_Encoding="gzip")]
    with Client(QUICK) as client, pytest.raises(FetchError, match="expected at most 10,000"):
        client.get(server.url)


def test_a_huge_answer_is_refused_by_its_announcement(server: Server) -> None:
    server.script = [answer(body=b"x", Content_Length=str(4 << 30))]
    with Client(QUICK) as client, pytest.raises(FetchError, match="4,294,967,296 bytes"):
        client.get(server.url)
    assert client.bytes == 0


def test_a_slow_drip_is_cut_off_at_the_deadline(server: Server) -> None:
    server.script = [drip]
    with Client(QUICK) as client, pytest.raises(FetchError, match=r"after 0\.5 s"):
        client.get(server.url)


def test_redirects_stay_on_the_host(server: Server) -> None:
    server.script = [answer(302, b"", Location="/new"), answer(body=b"moved")]
    with Client(QUICK) as client:
        assert client.get(server.url).body == b"moved"


def test_a_redirect_to_another_host_is_refused(server: Server) -> None:
    server.script = [answer(302, b"", Location="http://example.invalid/x")]
    with Client(QUICK) as client, pytest.raises(FetchError, match=r"example\.invalid"):
        client.get(server.url)


def test_a_redirect_loop_ends(server: Server) -> None:
    server.script = [answer(302, b"", Location="/loop")]
    with Client(QUICK) as client, pytest.raises(FetchError, match="redirects more than 5"):
        client.get(server.url)


def test_a_tls_failure_is_reported_at_once(server: Server) -> None:
    server.script = [answer()]
    with Client(QUICK) as client, pytest.raises(FetchError, match="SSL"):
        client.get(server.url.replace("http://", "https://"))


def test_nobody_listening_is_reported_after_the_tries() -> None:
    with Client(QUICK) as client, pytest.raises(FetchError, match="3 tries"):
        client.get("http://127.0.0.1:9/")
