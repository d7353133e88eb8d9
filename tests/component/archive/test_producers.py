"""A server that is dead, silent or busy is given up once per run, and no other waits for it."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, tzinfo
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from assets.archive.dataset import Dataset
from assets.archive.http.client import Client, FetchError, Limits
from assets.archive.http.fetching import Fetcher, FetchRequest
from assets.archive.http.retry_after import AskedToWait, in_words
from assets.archive.http.servers import GivenUpError, Patience, Producers
from assets.archive.http.side_by_side import Fetching
from assets.archive.refresh import refresh
from assets.producers.catalogue import dataset
from assets.state.home import Home
from tests.component.archive.clock import Clock
from tests.component.archive.misbehaving import Server, answer, reset

QUICK = Limits(seconds=2, connect_seconds=1, read_seconds=0.2, backoff_seconds=0.0)


@pytest.fixture
def silent() -> Iterator[Server]:
    """A server that takes connections and says nothing until the test is over."""
    over = threading.Event()

    def nothing(handler: BaseHTTPRequestHandler) -> None:
        handler.close_connection = True
        over.wait()

    running = Server()
    running.script = [nothing]
    yield running
    over.set()
    running.close()


def ask(url: str, producers: Producers, limits: Limits = QUICK) -> str:
    """Return what a request of a new client is refused with, or the body."""
    with Client(limits, producers=producers) as client:
        try:
            return client.get(url).body.decode()
        except FetchError as error:
            return f"{type(error).__name__}: {error}"


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://127.0.0.1:9", "127.0.0.1:9 refuses connections ([Errno 111] Connection refused)"),
        ("http://nobody.invalid", "nobody.invalid is not known here: its name cannot be resolved"),
    ],
)
def test_a_dead_server_is_given_up_once(url: str, words: str, clock: Clock) -> None:
    producers = Producers()
    limits = replace(QUICK, backoff_seconds=1.0)
    first = ask(f"{url}/one", producers, limits)
    assert first == f"GivenUpError: {words} (2 tries). The next run asks it again."
    assert clock.waits == [1.0]
    assert ask(f"{url}/two", producers, limits) == first
    assert clock.waits == [1.0]


def test_a_silent_server_is_given_up_once(silent: Server) -> None:
    producers = Producers()
    said = [ask(f"{silent.url}/{n}", producers) for n in range(7)]
    assert len(set(said)) == 1
    assert "takes connections and then says nothing for 0.2 s (2 tries)" in said[0]
    assert [path for path, _ in silent.seen] == ["/0", "/0"]


def test_one_silent_address_of_a_server_that_lives_is_its_own_trouble(server: Server) -> None:
    producers = Producers()
    over = threading.Event()

    def by_address(handler: BaseHTTPRequestHandler) -> None:
        if "hangs" in handler.path:
            handler.close_connection = True
            over.wait()
        else:
            answer(body=b"fine")(handler)

    server.script = [by_address]
    assert ask(f"{server.url}/a", producers) == "fine"
    assert "FetchError" in ask(f"{server.url}/hangs", producers)
    assert ask(f"{server.url}/b", producers) == "fine"
    assert "FetchError" in ask(f"{server.url}/hangs", producers)
    assert "GivenUpError" in ask(f"{server.url}/hangs", producers)
    assert "GivenUpError" in ask(f"{server.url}/c", producers)
    over.set()


def test_a_body_that_breaks_off_is_an_answer(server: Server) -> None:
    server.script = [reset]
    assert "5 tries" in ask(server.url, Producers())


@pytest.mark.parametrize("waits", [("3000",), ("250", "250"), ("300", "1")])
def test_a_busy_server_is_left_alone_by_all(
    server: Server, clock: Clock, waits: tuple[str, ...]
) -> None:
    # Fifty minutes for each of seven datasets would be six hours.
    producers = Producers()
    server.script = [answer(429, Retry_After=asked) for asked in waits]
    (words,) = {ask(f"{server.url}/{n}", producers) for n in range(7)}
    waited = [int(asked) for asked in waits[:-1]]
    last, left = int(waits[-1]), 300 - sum(waited)
    assert f"wait {last:,} s, which is more than the {left} s that a run may still" in words
    assert clock.waits == waited
    assert len(server.seen) == len(waits)


def test_a_wait_fits_in_the_time_that_is_left_of_a_server(server: Server, clock: Clock) -> None:
    producers = Producers(Patience(seconds=100, wait_seconds=300))
    server.script = [answer(503, Retry_After="60")]
    assert "60 s, which is more than the 40 s that a run may still" in ask(server.url, producers)
    assert clock.waits == [60]


def test_the_next_night_keeps_the_time_that_a_server_named(
    server: Server, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "asked_to_wait.json"
    server.script = [answer(429, Retry_After="7200"), answer(body=b"fine")]
    first = ask(server.url, Producers(asked_to_wait=AskedToWait(file)))
    (named,) = json.loads(file.read_text()).values()
    until = in_words(datetime.fromisoformat(named))
    assert f"asked not to be asked before {until}. The first run after that asks" in first
    for _ in range(2):
        early = ask(server.url, Producers(asked_to_wait=AskedToWait(file)))
        assert f"leave it alone until {until}, and was not asked since" in early
    assert len(server.seen) == 1

    class Later(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Later:
            return cls.fromtimestamp(datetime.fromisoformat(named).timestamp(), tz)

    monkeypatch.setattr("assets.archive.http.retry_after.datetime", Later)
    assert ask(server.url, Producers(asked_to_wait=AskedToWait(file))) == "fine"
    assert clock.waits == []


@pytest.mark.parametrize("text", ["", "[]", '{"a": 1}', '{"a": "soon"}', "\x00"])
def test_a_damaged_memory_of_waits_holds_nothing(server: Server, tmp_path: Path, text: str) -> None:
    file = tmp_path / "asked_to_wait.json"
    file.write_text(text)
    server.script = [answer(429, Retry_After="7200")]
    assert "asks to wait" in ask(server.url, Producers(asked_to_wait=AskedToWait(file)))
    assert list(json.loads(file.read_text())) == [server.url.partition("//")[2]]


def test_a_wait_holds_for_the_next_dataset_too(server: Server, clock: Clock) -> None:
    producers = Producers()
    server.script = [answer(503, Retry_After="40"), answer(body=b"fine")]
    limits = replace(QUICK, attempts=1)
    assert "answered 503" in ask(f"{server.url}/one", producers, limits)
    assert clock.waits == []
    assert ask(f"{server.url}/two", producers, limits) == "fine"
    assert clock.waits == [40]


def test_the_time_of_one_server_is_bounded(server: Server, clock: Clock) -> None:
    producers = Producers(Patience(seconds=100, wait_seconds=1000))
    server.script = [answer(429, Retry_After="60"), answer(body=b"fine")]
    assert ask(server.url, producers) == "fine"
    clock.now += 60
    with pytest.raises(GivenUpError, match="took longer than 2 minutes"):
        producers.of(server.url).ask()


def offering(server: Server, dataset_id: str) -> Dataset:
    """Return a dataset that asks a server once and has nothing new."""

    def nothing_new(request: FetchRequest) -> tuple[()]:
        with request.client() as client:
            client.get(f"{server.url}/{request.dataset_id}")
        return ()

    return replace(dataset(dataset_id), fetch=Fetcher("IMR_NO_VARIABLE", server.url, nothing_new))


def test_producers_are_asked_side_by_side(tmp_path: Path) -> None:
    """The first server answers only after the second was asked; one after the other would fail."""
    home = Home(tmp_path / "home").create()
    first, second = Server(), Server()
    asked = threading.Event()

    def after_the_other(handler: BaseHTTPRequestHandler) -> None:
        answer(body=b"fine" if asked.wait(20) else b"")(handler)

    def ready(handler: BaseHTTPRequestHandler) -> None:
        asked.set()
        answer(body=b"fine")(handler)

    first.script, second.script = [after_the_other], [ready]
    try:
        both = (offering(first, "nchs_vsrr_counts"), offering(second, "ons_child_mortality"))
        limits = replace(QUICK, read_seconds=30, seconds=30)
        fetching = Fetching(home, both, limits)
        done = [refresh(home, d, profile="live", fetching=fetching).status for d in both]
    finally:
        first.close()
        second.close()
    assert done == ["unchanged", "unchanged"]


def test_a_night_without_network_says_one_thing_per_server(tmp_path: Path, silent: Server) -> None:
    home = Home(tmp_path / "home").create()
    names = ("nchs_vsrr_counts", "nchs_vsrr_quarterly", "nchs_births_1909")
    datasets = [offering(silent, name) for name in names]
    fetching = Fetching(home, datasets, QUICK)
    outcomes = [refresh(home, d, profile="live", fetching=fetching) for d in datasets]
    assert [o.status for o in outcomes] == ["failed"] * 3
    assert len({o.message for o in outcomes}) == 1
    assert len(silent.seen) == 2
    assert not list((home.root / ".fetching").iterdir())


def test_a_busy_server_holds_up_no_other(tmp_path: Path, server: Server, clock: Clock) -> None:
    """What one asks to wait is kept in the home; the night of the others goes on."""
    home = Home(tmp_path / "home").create()
    other = Server()
    server.script, other.script = [answer(429, Retry_After="3000")], [answer(body=b"fine")]
    names = ("nchs_vsrr_counts", "nchs_vsrr_quarterly", "nchs_births_1909")
    datasets = [offering(server, name) for name in names] + [offering(other, "ons_child_mortality")]
    try:
        for _ in range(2):
            fetching = Fetching(home, datasets)
            done = [refresh(home, d, profile="live", fetching=fetching).status for d in datasets]
            assert done == ["failed"] * 3 + ["unchanged"]
    finally:
        other.close()
    assert (len(server.seen), len(other.seen), clock.waits) == (1, 2, [])
