"""The ONS site over the wire: editions and file names come from the pages' own JSON."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from assets.archive import store
from assets.archive.dataset import Dataset
from assets.archive.http import Limits
from assets.archive.refresh import FAILED, RefreshOutcome, refresh
from assets.catalogue import dataset
from assets.home import Home
from tests.component.live.producers import Edition, Producers, Reply


@pytest.fixture
def deaths() -> Dataset:
    return dataset("ons_deaths_by_area")


@pytest.fixture
def page(producers: Producers, deaths: Dataset, repository: Path) -> str:
    path = urlsplit(deaths.url).path
    folder = repository / "assets/ons/samples/files"
    producers.ons[path] = [
        Edition(
            f"{path}/{year}",
            {f"deathsarea{year}correction.xls": (folder / f"deathsarea{year}.xls").read_bytes()},
            released=f"{year + 2}-06-30T23:00:00.000Z",
        )
        for year in (2014, 2013)
    ]
    return path


def _once(home: Home, deaths: Dataset, quick: Limits) -> RefreshOutcome:
    return refresh(home, deaths, profile="live", limits=quick)


def test_every_edition_is_found_under_its_odd_file_name(
    producers: Producers, home: Home, deaths: Dataset, page: str, quick: Limits
) -> None:
    outcome = _once(home, deaths, quick)
    assert outcome.status == "new", outcome.lines
    found = store.vintages(home, deaths)
    assert [v.path.name for v in found] == [
        "deathsarea2013correction.xls",
        "deathsarea2014correction.xls",
    ]
    # 23:00 UTC on 30 June is midnight of 1 July in London.
    assert [v.origin.published_at for v in found] == ["2015-07-01", "2016-07-01"]
    assert all(h["User-Agent"].startswith("infant-mortality-rates/") for h in producers.headers)


def test_nothing_new_costs_two_small_requests(
    producers: Producers, home: Home, deaths: Dataset, page: str, quick: Limits
) -> None:
    _once(home, deaths, quick)
    producers.forget()
    outcome = _once(home, deaths, quick)
    assert outcome.status == "unchanged"
    assert producers.seen == [f"{page}/data", f"{page}/2014/data"]
    assert producers.sent_bytes < 2_000


def test_a_correction_of_the_newest_edition_is_fetched(
    producers: Producers, home: Home, deaths: Dataset, page: str, quick: Limits
) -> None:
    _once(home, deaths, quick)
    producers.ons[page][0].versions = 1
    producers.forget()
    assert _once(home, deaths, quick).status == "unchanged"  # the same bytes again
    assert any(p.startswith("/file") for p in producers.seen)


def test_a_newest_edition_that_answers_404_for_a_while(
    producers: Producers, home: Home, deaths: Dataset, page: str, quick: Limits
) -> None:
    missing = f"{page}/2015"
    producers.ons[page].insert(0, Edition(missing, {"x.xls": b""}))

    def not_yet(path: str, query: dict[str, str], reply: Reply) -> Reply | None:
        return Reply(404, b"not found") if path == f"{missing}/data" else None

    producers.faults = [not_yet]
    outcome = _once(home, deaths, quick)
    assert outcome.status == "new", outcome.lines
    assert len(store.vintages(home, deaths)) == 2


def test_what_arrived_before_a_fault_stays(
    producers: Producers, home: Home, deaths: Dataset, page: str, quick: Limits
) -> None:
    def broken(path: str, query: dict[str, str], reply: Reply) -> Reply | None:
        return Reply(500, b"oops") if path.startswith("/file") and "2014" in path else None

    producers.faults = [broken]
    outcome = _once(home, deaths, quick)
    assert outcome.status == FAILED
    assert [v.path.name for v in store.vintages(home, deaths)] == ["deathsarea2013correction.xls"]
    producers.faults = []
    assert _once(home, deaths, quick).status == "new"


def _cut(reply: Reply) -> Reply:
    return Reply(200, reply.body[: len(reply.body) // 2], {"Content-Length": str(len(reply.body))})


FAULTS: list[tuple[str, str, Callable[[Reply], Reply], str]] = [
    ("page", FAILED, lambda reply: Reply(200, b"<html>down</html>"), "no JSON"),
    ("page", FAILED, lambda reply: Reply(200, b"[]"), "a list"),
    ("page", FAILED, lambda reply: Reply(200, b"{}"), "no editions"),
    ("file", FAILED, lambda reply: Reply(429, b"slow down"), "429"),
    ("file", FAILED, lambda reply: Reply(429, b"", {"Retry-After": "0"}), "429"),
    ("file", FAILED, _cut, "2 tries"),
    ("file", FAILED, lambda reply: Reply(200, b"x" * (5 << 20)), "expected at most 4,194,304"),
    ("file", "quarantined", lambda reply: Reply(200, b"<!doctype html>sorry"), "INTAKE-TYPE"),
    ("file", "quarantined", lambda reply: Reply(200, reply.body[:20_000]), "ONS-WORKBOOK"),
]


@pytest.mark.parametrize(("where", "status", "change", "words"), FAULTS)
def test_a_fault_keeps_the_archive_as_it_was(
    producers: Producers,
    home: Home,
    deaths: Dataset,
    page: str,
    quick: Limits,
    where: str,
    status: str,
    change: Callable[[Reply], Reply],
    words: str,
) -> None:
    def fault(path: str, query: dict[str, str], reply: Reply) -> Reply | None:
        return change(reply) if path.startswith("/file") == (where == "file") else None

    producers.faults = [fault]
    outcome = _once(home, deaths, quick)
    assert outcome.status == status, outcome.lines
    assert re.search(words, outcome.message), outcome.message
    assert store.vintages(home, deaths) == []
    assert list(home.archive.rglob(".incoming-*")) == []


def test_an_error_page_instead_of_a_workbook_is_forgotten_when_it_has_gone(
    producers: Producers, home: Home, deaths: Dataset, page: str, quick: Limits
) -> None:
    def sorry(path: str, query: dict[str, str], reply: Reply) -> Reply | None:
        return Reply(200, b"<!doctype html>sorry") if path.startswith("/file") else None

    producers.faults = [sorry]
    for _ in range(3):
        assert _once(home, deaths, quick).status == "quarantined"
    producers.faults = []
    assert _once(home, deaths, quick).status == "new"
    assert len(store.vintages(home, deaths)) == 2


def test_an_edition_without_a_layout_is_asked_for_twice_and_stays_refused(
    producers: Producers, home: Home, deaths: Dataset, page: str, quick: Limits, repository: Path
) -> None:
    births = repository / "assets/ons/samples/files/birthsbyarea2014.xls"
    producers.ons[page].insert(0, Edition(f"{page}/2015", {"new.xls": births.read_bytes()}))
    for _ in range(2):
        assert _once(home, deaths, quick).status == "quarantined"
    producers.forget()
    outcome = _once(home, deaths, quick)
    assert outcome.status == "quarantined"
    assert outcome.message
    assert not [p for p in producers.seen if p.startswith("/file")]
    assert len(store.vintages(home, deaths)) == 2
