"""The ONS site over the wire: editions and file names come from the pages' own JSON."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from assets.archive import vintage_folders
from assets.archive.dataset import Dataset
from assets.archive.http.client import Limits
from assets.archive.http.fetching import FetchRequest
from assets.archive.intake import take_in
from assets.archive.refresh import FAILED, RefreshOutcome, refresh
from assets.archive.vintage import Origin, Vintage
from assets.producers.catalogue import dataset
from assets.producers.ons.workbooks import fetch as site_fetch
from assets.state.home import Home
from tests.component.live.producers import Edition, Producers, Reply

ORIGIN = Origin("https://example.org/x", "2024-05-01T00:00:00+00:00", "OGL")


@pytest.fixture
def deaths() -> Dataset:
    return dataset("ons_deaths_by_area")


@pytest.fixture
def page(producers: Producers, deaths: Dataset, repository: Path) -> str:
    path = urlsplit(deaths.url).path
    folder = repository / "assets/producers/ons/samples/files"
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
    found = vintage_folders.vintages(home, deaths)
    assert [v.path.name for v in found] == [
        "deathsarea2013correction.xls",
        "deathsarea2014correction.xls",
    ]
    # 23:00 UTC on 30 June is midnight of 1 July in London.
    assert [v.origin.published_at for v in found] == ["2015-07-01", "2016-07-01"]
    assert all(h["User-Agent"].startswith("infant-mortality-rates/") for h in producers.headers)


def test_nothing_new_costs_three_small_requests(
    producers: Producers, home: Home, deaths: Dataset, page: str, quick: Limits
) -> None:
    _once(home, deaths, quick)
    producers.forget()
    outcome = _once(home, deaths, quick)
    assert outcome.status == "unchanged"
    assert producers.seen == [f"{page}/data", f"{page}/2014/data", f"{page}/2013/data"]
    assert producers.sent_bytes < 2_000


def _files_asked_for(producers: Producers) -> list[str]:
    return [p for p in producers.seen if p.startswith("/file")]


def test_a_correction_of_the_newest_edition_is_fetched(
    producers: Producers, home: Home, deaths: Dataset, page: str, quick: Limits
) -> None:
    _once(home, deaths, quick)
    producers.ons[page][0].versions = 1
    producers.forget()
    assert _once(home, deaths, quick).status == "unchanged"  # the same bytes again
    assert len(_files_asked_for(producers)) == 1
    producers.forget()
    assert _once(home, deaths, quick).status == "unchanged"
    assert _files_asked_for(producers) == []


def test_what_was_ingested_by_hand_is_downloaded_once(
    producers: Producers, home: Home, deaths: Dataset, page: str, quick: Limits, repository: Path
) -> None:
    for year in (2013, 2014):
        file = repository / f"assets/producers/ons/samples/files/deathsarea{year}.xls"
        origin = Origin(f"file:{file.name}", "2024-05-01T00:00:00+00:00", deaths.licence)
        assert take_in(home, deaths, file, origin).status == "new"
    asked = []
    for _ in range(3):
        producers.forget()
        assert _once(home, deaths, quick).status == "unchanged"
        asked.append(len(_files_asked_for(producers)))
    assert asked == [2, 0, 0]
    found = vintage_folders.vintages(home, deaths)
    assert [v.origin.url[:5] for v in found] == ["file:", "file:"]
    assert [v.published_at for v in found] == ["2015-07-01", "2016-07-01"]


def test_another_base_address_costs_one_download_each(
    producers: Producers,
    home: Home,
    deaths: Dataset,
    page: str,
    quick: Limits,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _once(home, deaths, quick)
    monkeypatch.setenv("IMR_ONS_URL", producers.url.replace("127.0.0.1", "localhost"))
    asked = []
    for _ in range(2):
        producers.forget()
        assert _once(home, deaths, quick).status == "unchanged"
        asked.append(len(_files_asked_for(producers)))
    assert asked == [2, 0]


def test_a_correction_of_an_older_edition_is_fetched(
    producers: Producers, home: Home, deaths: Dataset, page: str, quick: Limits
) -> None:
    _once(home, deaths, quick)
    older = producers.ons[page][1]
    older.versions, older.files = 1, {"deathsarea2013correction2.xls": b"\xd0\xcf\x11\xe0 other"}
    producers.forget()
    assert _once(home, deaths, quick).status == "quarantined"
    assert len(_files_asked_for(producers)) == 1


def test_older_editions_take_turns(deaths: Dataset, tmp_path: Path, repository: Path) -> None:
    uris = [f"/x/{year}" for year in (2014, 2013, 2012)]
    known = tuple(
        Vintage("d", uri, tmp_path, replace(ORIGIN, headers={"edition": uri})) for uri in uris
    )
    for night, turn in ((0, "/x/2013"), (1, "/x/2012"), (2, "/x/2013")):
        request = FetchRequest("d", "", tmp_path, known=known, night=night)
        assert site_fetch._older(request, [*uris[1:], "/x/2011", "/x/1999"], 2011) == [
            turn, "/x/2011",
        ]  # fmt: skip


def test_a_listing_in_another_order_has_the_same_newest_edition(
    producers: Producers, home: Home, deaths: Dataset, page: str, quick: Limits
) -> None:
    producers.ons[page].reverse()
    assert _once(home, deaths, quick).status == "new"
    producers.ons[page].append(Edition(f"{page}/2019", {"2019.ods": b"PK"}))
    outcome = _once(home, deaths, quick)
    assert outcome.status == FAILED
    assert "2019" in outcome.message


@pytest.mark.parametrize(
    ("answer", "words"),
    [(None, "expected a workbook"), (Reply(500, b"boom"), "500.*boom")],
    ids=["another form", "500 for ever"],
)
def test_a_newest_edition_that_cannot_be_read_is_a_failure(
    producers: Producers,
    home: Home,
    deaths: Dataset,
    page: str,
    quick: Limits,
    answer: Reply | None,
    words: str,
) -> None:
    newest = f"{page}/2015"
    producers.ons[page].insert(0, Edition(newest, {"deaths2015.ods": b"PK"}))
    producers.faults = [
        lambda path, query, reply: answer if path == f"{newest}/data" else None,
    ]
    outcome = _once(home, deaths, quick)
    assert outcome.status == FAILED
    assert re.search(words, outcome.message), outcome.message
    # The editions before it are taken in all the same.
    assert len(vintage_folders.vintages(home, deaths)) == 2


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
    assert len(vintage_folders.vintages(home, deaths)) == 2
    (advice,) = [line for line in outcome.lines if line.startswith("advice: ")]
    assert "2015/data answered 404" in advice


def test_what_arrived_before_a_fault_stays(
    producers: Producers, home: Home, deaths: Dataset, page: str, quick: Limits
) -> None:
    def broken(path: str, query: dict[str, str], reply: Reply) -> Reply | None:
        return Reply(500, b"oops") if path.startswith("/file") and "2014" in path else None

    producers.faults = [broken]
    outcome = _once(home, deaths, quick)
    assert outcome.status == FAILED
    assert [v.path.name for v in vintage_folders.vintages(home, deaths)] == [
        "deathsarea2013correction.xls"
    ]
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
    assert vintage_folders.vintages(home, deaths) == []
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
    assert len(vintage_folders.vintages(home, deaths)) == 2


def test_an_edition_without_a_layout_is_asked_for_twice_and_stays_refused(
    producers: Producers, home: Home, deaths: Dataset, page: str, quick: Limits, repository: Path
) -> None:
    births = repository / "assets/producers/ons/samples/files/birthsbyarea2014.xls"
    producers.ons[page].insert(0, Edition(f"{page}/2015", {"new.xls": births.read_bytes()}))
    for _ in range(2):
        assert _once(home, deaths, quick).status == "quarantined"
    producers.forget()
    outcome = _once(home, deaths, quick)
    assert outcome.status == "quarantined"
    assert outcome.message
    assert not [p for p in producers.seen if p.startswith("/file")]
    assert len(vintage_folders.vintages(home, deaths)) == 2
