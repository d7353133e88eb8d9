"""A store that cannot be used: what is said, what to do, and that it ends in bounded time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import obstore
import pytest

from assets.object_store.catch_up import StoreBehindError, catch_up
from assets.object_store.location import Location, open_store
from assets.state.home import Home
from pipelines.doctor import Diagnosis, examine
from pipelines.settings import Settings
from tests.component.object_store.releases import keys
from tests.component.object_store.server import ObjectStoreServer
from tests.component.object_store.unhelpful import CarelessServer, silent

Publish = Callable[..., Path]


def doctor(home: Home, url: str) -> Diagnosis:
    return next(f for f in examine(Settings(home, store_url=url)) if f.subject == "store")


@pytest.fixture
def broken(location: Location, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Location]:
    """Break one thing about the way to the store."""

    def one(kind: str) -> Location:
        if kind == "no bucket":
            return Location("no-such-bucket", "p")
        if kind == "wrong key":
            monkeypatch.setenv("AWS_ACCESS_KEY_ID", "somebody")
        if kind == "wrong secret":
            monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "s3cret-guess")
        if kind == "down":
            monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
        return location

    return one


CASES = [
    ("no bucket", "there is no such bucket", "Create the bucket, or correct IMR_STORE_URL."),
    ("wrong key", "it does not know this access key", "Set AWS_ACCESS_KEY_ID and"),
    ("wrong secret", "the secret does not fit the access key", "Set AWS_ACCESS_KEY_ID and"),
    ("down", "the server could not be reached", "Check the network, the proxy and AWS_ENDPOINT"),
]


@pytest.mark.parametrize(("kind", "seen", "remedy"), CASES)
def test_what_is_wrong_is_said_with_its_remedy(
    home: Home,
    publish: Publish,
    broken: Callable[[str], Location],
    kind: str,
    seen: str,
    remedy: str,
) -> None:
    publish("2026.06.01")
    place = broken(kind)
    with pytest.raises(StoreBehindError) as caught:
        catch_up(home.releases, place, lambda _: None)
    said = str(caught.value)
    assert said.startswith("The release stands on this machine, but the object store is behind.")
    assert seen in said
    assert remedy in said
    assert "s3cret" not in said
    finding = doctor(home, place.url)
    assert (finding.fine, finding.seen) == (False, f"{place.url}: {seen}")
    assert finding.remedy.startswith(remedy)


def test_credentials_that_only_read(
    home: Home,
    location: Location,
    server: ObjectStoreServer,
    publish: Publish,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    publish("2026.06.01")
    for name, value in server.environment("reader").items():
        monkeypatch.setenv(name, value)
    with pytest.raises(StoreBehindError, match="lack a permission.*s3:PutObject"):
        catch_up(home.releases, location, lambda _: None)
    assert keys(open_store(location)) == {}
    assert "s3:PutObject" in doctor(home, location.url).remedy


def test_a_server_that_never_answers_is_given_up(
    home: Home, location: Location, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(silent()) as listening:
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{listening.getsockname()[1]}")
        client = open_store(location, seconds=1)
        with pytest.raises(StoreBehindError, match="the server did not answer in time"):
            catch_up(home.releases, location, lambda _: None, store=client)


def test_doctor_finds_a_store_that_is_well_and_leaves_nothing_there(
    home: Home, location: Location, publish: Publish
) -> None:
    publish("2026.06.01")
    catch_up(home.releases, location, lambda _: None)
    before = keys(open_store(location))
    finding = doctor(home, location.url)
    assert finding.fine
    assert "honours conditional writes; 1 releases, nightly shows 2026.06.01" in finding.seen
    assert keys(open_store(location)) == before


def test_doctor_without_a_store_and_with_a_wrong_address(home: Home) -> None:
    assert doctor(home, "").seen == "IMR_STORE_URL is not set: releases are on this disk only"
    wrong = doctor(home, "https://bucket.example.org/imr")
    assert not wrong.fine
    assert "IMR_STORE_URL must be s3://bucket/prefix" in wrong.remedy


@pytest.fixture
def careless(
    location: Location, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., CarelessServer]]:
    running = []

    def start(*words: frozenset[str], **options: bool) -> CarelessServer:
        running.append(CarelessServer(*words, **options))
        monkeypatch.setenv("AWS_ENDPOINT_URL", running[-1].url)
        return running[-1]

    yield start
    for one in running:
        one.close()


@pytest.mark.parametrize(
    ("honours", "ignored"),
    [
        (frozenset(), "If-None-Match"),
        (frozenset({"If-None-Match"}), "If-Match"),
        (frozenset({"If-Match"}), "If-None-Match"),
    ],
)
def test_a_server_that_ignores_conditions_is_found_and_gets_no_release(
    home: Home,
    location: Location,
    publish: Publish,
    careless: Callable[..., CarelessServer],
    honours: frozenset[str],
    ignored: str,
) -> None:
    publish("2026.06.01")
    server = careless(honours)
    finding = doctor(home, location.url)
    assert not finding.fine
    assert f"the server ignores {ignored}" in finding.seen
    assert "or keep releases on disk only" in finding.remedy
    with pytest.raises(StoreBehindError, match=f"ignores {ignored}"):
        catch_up(home.releases, location, lambda _: None)
    assert not [k for k in server.objects if "release=" in k or "channels" in k]


def test_a_server_that_refuses_conditions_is_found(
    home: Home, location: Location, careless: Callable[..., CarelessServer]
) -> None:
    careless(refuses=True)
    assert "NotImplemented" in doctor(home, location.url).seen


def test_a_server_that_honours_both_is_well(
    home: Home, location: Location, careless: Callable[..., CarelessServer]
) -> None:
    """What the careless server ignores is all that it was found out by."""
    careless(frozenset({"If-Match", "If-None-Match"}))
    assert doctor(home, location.url).fine


def test_a_damaged_pointer_is_not_overwritten_in_silence(
    home: Home, location: Location, publish: Publish
) -> None:
    obstore.put(open_store(location), "channels/nightly.json", b"{half")
    publish("2026.06.01")
    with pytest.raises(StoreBehindError, match="nightly.json is damaged.*Remove that object"):
        catch_up(home.releases, location, lambda _: None)
