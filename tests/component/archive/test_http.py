"""The client against a real server on loopback that pages, throttles, breaks and lies."""

from __future__ import annotations

import gzip
import zlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from assets.archive.http.client import Client, FetchError, Limits
from tests.component.archive.clock import Clock
from tests.component.archive.misbehaving import Server, answer, drip, endless, reset

QUICK = Limits(
    max_bytes=10_000,
    seconds=0.5,
    connect_seconds=2,
    read_seconds=2,
    attempts=3,
    backoff_seconds=0.0,
    retry_after_max=0,
)


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


@pytest.mark.parametrize("status", [429, 503])
def test_a_wait_that_is_asked_for_is_no_time_of_the_answer(
    server: Server, clock: Clock, status: int
) -> None:
    server.script = [answer(status, Retry_After="7"), answer(body=b"fine")]
    limits = Limits(seconds=2, backoff_seconds=0.0, retry_after_max=60)
    with Client(limits) as client:
        assert client.get(server.url).body == b"fine"
    assert clock.waits == [7]
    assert client.requests == 2


def test_a_date_to_wait_for_is_honoured(server: Server, clock: Clock) -> None:
    date = format_datetime(datetime.now(UTC) + timedelta(seconds=30), usegmt=True)
    server.script = [answer(429, Retry_After=date), answer(body=b"fine")]
    with Client(Limits(backoff_seconds=0.0)) as client:
        assert client.get(server.url).body == b"fine"
    (waited,) = clock.waits
    assert 20 < waited <= 30


@pytest.mark.parametrize("asked", ["61", "99999999999999"])
def test_a_wait_that_is_too_long_says_when_to_come_back(
    server: Server, clock: Clock, asked: str
) -> None:
    server.script = [answer(429, Retry_After=asked)]
    words = f"asks to wait {int(asked):,} s, which is more than the 60 s.* not to be asked before "
    with Client(Limits(retry_after_max=60)) as client, pytest.raises(FetchError, match=words):
        client.get(server.url)
    assert clock.waits == []
    assert len(server.seen) == 1


def test_waits_add_up_to_no_more_than_the_limit(server: Server, clock: Clock) -> None:
    server.script = [answer(429, Retry_After="40")]
    limits = Limits(backoff_seconds=0.0, retry_after_max=60)
    with Client(limits) as client, pytest.raises(FetchError, match="more than the 20 s"):
        client.get(server.url)
    assert clock.waits == [40]


@pytest.mark.parametrize("asked", ["soon", "-5", "Wed, 99 Foo 2026", "0", ""])
def test_a_wait_that_is_no_time_is_one_of_our_own(server: Server, clock: Clock, asked: str) -> None:
    server.script = [answer(429, Retry_After=asked), answer(429), answer(body=b"fine")]
    with Client(Limits(backoff_seconds=1.5)) as client:
        assert client.get(server.url).body == b"fine"
    assert clock.waits == [1.5, 3.0]


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
    server.script = [answer(body=gzip.compress(b"x" * 5000, mtime=0)[:-9], Content_Encoding="gzip")]
    with Client(QUICK) as client, pytest.raises(FetchError, match="ends early"):
        client.get(server.url)


def test_a_gzip_body_of_two_members_is_read_to_its_end(server: Server) -> None:
    body = gzip.compress(b"first half, ", mtime=0) + gzip.compress(b"second half", mtime=0)
    server.script = [answer(body=body, Content_Encoding="gzip")]
    with Client(QUICK) as client:
        assert client.get(server.url).body == b"first half, second half"


@pytest.mark.parametrize(
    "body",
    [
        gzip.compress(b"rows", mtime=0) + b"and more",
        gzip.compress(b"rows", mtime=0)[:-8] + bytes(8),
        b"",
    ],
)
def test_a_damaged_gzip_body_is_never_accepted(server: Server, body: bytes) -> None:
    server.script = [answer(body=body, Content_Encoding="gzip")]
    with Client(QUICK) as client, pytest.raises(FetchError, match="compressed body is"):
        client.get(server.url)


@pytest.mark.parametrize("encoding", ["deflate", "br", "gzip, gzip"])
def test_an_encoding_that_was_not_asked_for_is_refused(server: Server, encoding: str) -> None:
    server.script = [answer(body=zlib.compress(b"rows"), Content_Encoding=encoding)]
    with Client(QUICK) as client, pytest.raises(FetchError, match=f"Content-Encoding {encoding}"):
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


def test_a_huge_answer_without_announcement_is_cut_off(server: Server) -> None:
    server.script = [endless(b"HTTP/1.1 200 OK")]
    with Client(QUICK) as client, pytest.raises(FetchError, match="expected at most 10,000"):
        client.get(server.url)
    assert client.bytes <= QUICK.max_bytes + (1 << 16)


@pytest.mark.parametrize(
    ("start", "received"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\n", "[0-9]+ bytes"),
        (b"HTTP/1.1 200 OK\r\nX-Slow: ", "0 bytes"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4;", "0 bytes"),
    ],
    ids=["body", "headers", "chunk header"],
)
def test_a_slow_drip_is_cut_off_at_the_deadline(
    server: Server, start: bytes, received: str
) -> None:
    server.script = [drip(start)]
    words = rf"had sent {received} after 0\.5 s"
    with Client(QUICK) as client, pytest.raises(FetchError, match=words):
        client.get(server.url)
    assert len(server.seen) == 1


def test_silence_is_cut_off_at_the_deadline(server: Server) -> None:
    server.script = [lambda handler: handler.rfile.readline() and None]
    with Client(QUICK) as client, pytest.raises(FetchError, match=r"had sent 0 bytes after 0\.5 s"):
        client.get(server.url)


def test_the_dripping_body_of_a_failure_is_not_waited_for(server: Server) -> None:
    start = b"HTTP/1.1 503 Busy\r\nContent-Length: 9000\r\n\r\nmaintenance"
    server.script = [drip(start), answer(body=b"fine")]
    limits = replace(QUICK, seconds=60)
    with Client(limits) as client:
        assert client.get(server.url).body == b"fine"
        assert client.bytes < 1000
    server.script = [drip(start)]
    with Client(limits) as client, pytest.raises(FetchError, match="503: maintenance"):
        client.get(server.url)


def test_redirects_stay_on_the_host(server: Server) -> None:
    server.script = [answer(302, b"", Location="/new"), answer(body=b"moved")]
    with Client(QUICK) as client:
        assert client.get(server.url).body == b"moved"


@pytest.mark.parametrize("status", [b"302 Found\r\nLocation: /new", b"503 Busy", b"404 Gone"])
def test_the_endless_body_of_another_answer_is_never_read(server: Server, status: bytes) -> None:
    server.script = [endless(b"HTTP/1.1 " + status), answer(body=b"fine")]
    with Client(QUICK) as client:
        if status.startswith(b"404"):
            with pytest.raises(FetchError, match="404"):
                client.get(server.url)
        else:
            assert client.get(server.url).body == b"fine"
    assert client.bytes <= 1 << 17


def test_a_redirect_to_another_host_is_refused(server: Server) -> None:
    server.script = [answer(302, b"", Location="http://example.invalid/x")]
    with Client(QUICK) as client, pytest.raises(FetchError, match=r"example\.invalid"):
        client.get(server.url)


def test_a_token_follows_to_no_other_port(server: Server) -> None:
    other = Server()
    other.script = [answer()]
    server.script = [answer(302, b"", Location=other.url + "/x")]
    words = f"redirects to {other.url}/x; expected to stay on {server.url}"
    try:
        with (
            Client(QUICK, {"X-App-Token": "secret"}) as client,
            pytest.raises(FetchError, match=words),
        ):
            client.get(server.url)
        assert other.seen == []
    finally:
        other.close()


@pytest.mark.parametrize("location", ["http://127.0.0.1:99999/", "http://[", "file:///etc/hosts"])
def test_a_redirect_to_no_address_is_refused(server: Server, location: str) -> None:
    server.script = [answer(302, b"", Location=location)]
    with Client(QUICK) as client, pytest.raises(FetchError, match="expected to stay on"):
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
    with (
        Client(QUICK) as client,
        pytest.raises(FetchError, match="refuses.*refused.*2 tries") as caught,
    ):
        client.get("http://127.0.0.1:9/", params={"uid": "0xsecret"})
    assert "0xsecret" not in str(caught.value)


def test_nobody_waits_after_the_last_try(clock: Clock) -> None:
    limits = replace(QUICK, backoff_seconds=1.0)
    with Client(limits) as client, pytest.raises(FetchError, match="2 tries"):
        client.get("http://127.0.0.1:9/")
    assert clock.waits == [1.0]


def test_no_message_names_the_query(server: Server) -> None:
    server.script = [answer(body=b"<html>", Content_Length=str(4 << 30)), answer(body=b"<html>")]
    with Client(QUICK) as client:
        with pytest.raises(FetchError, match="4,294,967,296 bytes") as caught:
            client.get(server.url, params={"uid": "0xsecret"})
        assert "0xsecret" not in str(caught.value)
        with pytest.raises(FetchError, match="no JSON but '<html>'; expected rows") as caught:
            client.get(server.url, params={"uid": "0xsecret"}).json("rows")
        assert "0xsecret" not in str(caught.value)


def test_an_address_that_is_none_is_reported_at_once() -> None:
    with Client(QUICK) as client, pytest.raises(FetchError, match="1 try;.*MissingSchema"):
        client.get("data.cdc.gov/api")


def test_a_contact_identifies_the_sender(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IMR_CONTACT", "statistics@example.org")
    server.script = [answer()]
    with Client(QUICK) as client:
        client.get(server.url)
    agent = server.seen[0][1]["User-Agent"]
    assert agent.endswith("(public-health statistics pipeline; statistics@example.org)")


@pytest.mark.parametrize("contact", ["a@b\r\nX-App-Token: t", "Zoë@example.org", "a) b"])
def test_a_contact_that_no_header_can_hold_is_refused(
    contact: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IMR_CONTACT", contact)
    with pytest.raises(FetchError, match="IMR_CONTACT"):
        Client(QUICK)
