"""Fingertips over the wire: conditional requests, whole answers or nothing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from assets.archive import vintage_folders
from assets.archive.http.client import Limits
from assets.archive.refresh import FAILED, refresh
from assets.producers.catalogue import dataset
from assets.state.home import Home
from tests.component.live.producers import Producers, Reply

INDICATOR = dataset("fingertips_infant_mortality")


@pytest.fixture(autouse=True)
def served(producers: Producers, repository: Path) -> None:
    body = (repository / "assets/producers/ohid/samples/files/fingertips_92196.csv").read_bytes()
    producers.fingertips = dict.fromkeys(("501", "502"), body)


def test_an_unchanged_answer_costs_a_bare_304(
    producers: Producers, home: Home, quick: Limits
) -> None:
    assert refresh(home, INDICATOR, profile="live", limits=quick).status == "new"
    producers.forget()
    outcome = refresh(home, INDICATOR, profile="live", limits=quick)
    assert outcome.status == "unchanged"
    # Both kinds of areas answered the same bytes here, which are one vintage of the first kind.
    assert len(vintage_folders.vintages(home, INDICATOR)) == 1
    assert [h.get("If-None-Match") is not None for h in producers.headers] == [True, True]
    assert producers.sent_bytes == 0


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (Reply(200, b"<html>maintenance</html>"), "answered html"),
        (Reply(200, b""), "answered empty"),
        (Reply(500, b"exception text"), "500.*exception text"),
        (Reply(400, b"bad parameter"), "400.*bad parameter"),
    ],
)
def test_a_fault_keeps_the_archive_as_it_was(
    producers: Producers, home: Home, quick: Limits, reply: Reply, words: str
) -> None:
    producers.faults = [lambda path, query, _: reply]
    outcome = refresh(home, INDICATOR, profile="live", limits=quick)
    assert outcome.status == FAILED
    assert re.search(words, outcome.message), outcome.message
    assert vintage_folders.vintages(home, INDICATOR) == []
