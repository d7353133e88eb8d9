"""Nomis over the wire: every answer with status 200 is suspected until the records are complete."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from assets.archive import vintage_folders
from assets.archive.dataset import Dataset
from assets.archive.http.client import Limits
from assets.archive.refresh import FAILED, RefreshOutcome, refresh
from assets.producers.catalogue import dataset
from assets.producers.ons.nomis.fetch import nomis_fetcher
from assets.state.home import Home
from tests.component.live.producers import NomisData, Producers, Reply, nomis_from_answer

ID = "NM_205_1"
QUERY = {"geography": "TYPE424", "date": "latest"}


@pytest.fixture
def data(producers: Producers, repository: Path) -> NomisData:
    saved = nomis_from_answer(
        repository / "assets/producers/ons/samples/files/nomis_live_births_2023.csv"
    )
    producers.nomis[ID] = saved
    return saved


@pytest.fixture
def births(data: NomisData) -> Dataset:
    return replace(dataset("nomis_live_births"), fetch=nomis_fetcher(ID, QUERY, page_rows=100))


def _once(home: Home, births: Dataset, quick: Limits) -> RefreshOutcome:
    return refresh(home, births, profile="live", limits=quick)


def test_pages_are_read_until_record_count(
    producers: Producers, home: Home, births: Dataset, quick: Limits
) -> None:
    outcome = _once(home, births, quick)
    assert outcome.status == "new", outcome.lines
    (vintage,) = vintage_folders.vintages(home, births)
    rows = births.parse(vintage.path).frame.set_index("geography_code")["value"]
    assert len(rows) == 328
    # Births in England and Wales: 2023 edition.
    assert rows["E92000001"] + rows["W92000004"] == rows["K04000001"] == 590_935
    assert len([p for p in producers.seen if ".data.csv" in p]) == 4
    assert all("measures=20100" in p for p in producers.seen if ".data.csv" in p)


def test_nothing_new_costs_one_small_request(
    producers: Producers, home: Home, births: Dataset, quick: Limits
) -> None:
    _once(home, births, quick)
    producers.forget()
    outcome = _once(home, births, quick)
    assert outcome.status == "unchanged"
    assert producers.seen == [f"/api/v01/dataset/{ID}.def.sdmx.json"]


def test_without_a_stamp_the_same_records_change_nothing(
    producers: Producers, home: Home, births: Dataset, data: NomisData, quick: Limits
) -> None:
    data.updated = None
    assert _once(home, births, quick).status == "new"
    assert _once(home, births, quick).status == "unchanged"
    assert len(vintage_folders.vintages(home, births)) == 1


def test_another_query_is_another_question(
    producers: Producers, home: Home, births: Dataset, quick: Limits
) -> None:
    _once(home, births, quick)
    wider = replace(births, fetch=nomis_fetcher(ID, {**QUERY, "age_of_mother": "0"}))
    producers.forget()
    _once(home, wider, quick)
    assert any(".data.csv" in p for p in producers.seen)


def test_the_key_is_sent_and_never_kept(
    producers: Producers,
    home: Home,
    births: Dataset,
    quick: Limits,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("IMR_NOMIS_UID", "0xsecret")
    _once(home, births, quick)
    assert all("uid=0xsecret" in p for p in producers.seen if ".data.csv" in p)
    kept = "".join(p.read_text(encoding="utf-8") for p in home.archive.rglob("*.json"))
    assert "0xsecret" not in kept


def _offset(query: dict[str, str]) -> int:
    return int(query.get("RecordOffset", -1))


def _silently_truncated(query: dict[str, str], reply: Reply, data: NomisData) -> Reply | None:
    """Send fewer records than were asked for, then nothing, as at the guest limit."""
    if _offset(query) >= 100:
        head = reply.body.split(b"\r\n", 1)[0]
        return Reply(200, head + b"\r\n")
    return None


def _first_page_for_ever(query: dict[str, str], reply: Reply, data: NomisData) -> Reply | None:
    if _offset(query) < 100:
        _first_page_for_ever.body = reply.body  # type: ignore[attr-defined]
        return None
    return Reply(200, _first_page_for_ever.body)  # type: ignore[attr-defined]


def _empty(query: dict[str, str], reply: Reply, data: NomisData) -> Reply | None:
    return Reply(200, b"") if _offset(query) >= 0 else None


def _header_only(query: dict[str, str], reply: Reply, data: NomisData) -> Reply | None:
    return Reply(200, reply.body.split(b"\r\n", 1)[0]) if _offset(query) >= 0 else None


def _error_body(query: dict[str, str], reply: Reply, data: NomisData) -> Reply | None:
    return Reply(200, json.dumps({"error": "Cannot find concept 'geografy'"}).encode())


def _grows(query: dict[str, str], reply: Reply, data: NomisData) -> Reply | None:
    if _offset(query) == 0:
        data.rows.append(data.rows[-1])
    return None


def _updated_between_pages(query: dict[str, str], reply: Reply, data: NomisData) -> Reply | None:
    """Change figures and stamp after the first page; the number of records stays."""
    if _offset(query) == 0:
        value = data.header.index("OBS_VALUE")
        for row in data.rows:
            row[value] = str(int(row[value]) + 1)
        data.updated = "2025-10-02 09:30:00"
    return None


def _cut_in_a_row(query: dict[str, str], reply: Reply, data: NomisData) -> Reply | None:
    return Reply(200, reply.body[:-40]) if _offset(query) == 100 else None


def _web_page(query: dict[str, str], reply: Reply, data: NomisData) -> Reply | None:
    return Reply(200, b"<html><body>Service unavailable</body></html>")


def _odd_numbers(query: dict[str, str], reply: Reply, data: NomisData) -> Reply | None:
    return Reply(200, reply.body.replace(b'"328"', b'"many"')) if _offset(query) >= 0 else None


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (_silently_truncated, "header and no rows"),
        (_first_page_for_ever, "repeated or missing"),
        (_empty, "no bytes"),
        (_header_only, "header and no rows"),
        (_error_body, "(?s)error|no JSON"),
        (_grows, "expected one number"),
        (_updated_between_pages, "was updated while its pages were read"),
        (_cut_in_a_row, "cut off"),
        (_web_page, "no JSON|not a Nomis"),
        (_odd_numbers, "no numbers"),
    ],
)
def test_a_fault_keeps_the_last_good_vintage(
    producers: Producers,
    home: Home,
    births: Dataset,
    data: NomisData,
    quick: Limits,
    fault: Callable[[dict[str, str], Reply, NomisData], Reply | None],
    words: str,
) -> None:
    _once(home, births, quick)
    before = vintage_folders.vintages(home, births)
    data.updated = "2025-10-01 09:30:00"
    producers.faults = [lambda path, query, reply: fault(query, reply, data)]
    outcome = _once(home, births, quick)
    assert outcome.status == FAILED
    assert re.search(words, outcome.message), outcome.message
    assert vintage_folders.vintages(home, births) == before


def test_a_server_that_sends_less_than_asked_is_paged_on(
    producers: Producers, home: Home, births: Dataset, data: NomisData, quick: Limits
) -> None:
    data.most_rows = 60
    assert _once(home, births, quick).status == "new"
    assert len([p for p in producers.seen if ".data.csv" in p]) == 6


def test_infant_deaths_of_local_authorities_are_left_out_or_refused_with_the_reason(
    producers: Producers, home: Home, data: NomisData, quick: Limits
) -> None:
    age, code = data.header.index("AGE_OF_MOTHER"), data.header.index("GEOGRAPHY_CODE")
    header = [h.replace("AGE_OF_MOTHER", "AGE") for h in data.header]
    rows = [[c.replace("Nm-205d1", "Nm-161d1") for c in row] for row in data.rows]
    assert rows[0][age] == "0"
    deaths = dataset("nomis_deaths")
    below = [row for row in rows if row[code][:3] in ("E06", "E07", "E08", "E09", "W06")]
    producers.nomis["NM_161_1"] = NomisData(header, below)
    outcome = refresh(home, deaths, profile="live", limits=quick)
    assert outcome.status == "quarantined"
    assert "NOMIS-ROUNDED" in outcome.message
    assert "0 to 2 become 0" in outcome.message
    assert vintage_folders.vintages(home, deaths) == []
    producers.nomis["NM_161_1"] = NomisData(header, rows)
    assert refresh(home, deaths, profile="live", limits=quick).status == "new"
    (vintage,) = vintage_folders.vintages(home, deaths)
    areas = set(deaths.parse(vintage.path).frame["geography_code"].str[:3])
    assert areas == {"E92", "W92", "K04", "E12"}
