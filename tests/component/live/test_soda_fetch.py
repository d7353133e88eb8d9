"""data.cdc.gov over the wire: whole editions or nothing, one small request when nothing changed."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from assets.archive import vintage_folders
from assets.archive.dataset import Dataset
from assets.archive.http.client import Limits
from assets.archive.refresh import FAILED, RefreshOutcome, refresh
from assets.archive.sources import last_attempt
from assets.producers.catalogue import dataset
from assets.producers.nchs.soda.fetch import soda_fetcher
from assets.state.home import Home
from tests.component.live.producers import Producers, Reply, SodaData

ID = "hmz2-vwda"
PAGE = 100


@pytest.fixture
def editions(repository: Path) -> list[list[dict[str, str]]]:
    folder = repository / "assets/producers/nchs/samples/files"
    return [
        json.loads((folder / f"vsrr_{ID}_edition_{n}.json").read_text(encoding="utf-8"))
        for n in (1, 2)
    ]


@pytest.fixture
def vsrr(producers: Producers, editions: list[list[dict[str, str]]]) -> Dataset:
    producers.soda[ID] = SodaData(editions[0])
    return replace(dataset("nchs_vsrr_counts"), fetch=soda_fetcher(ID, page_rows=PAGE))


def _once(home: Home, vsrr: Dataset, quick: Limits) -> RefreshOutcome:
    return refresh(home, vsrr, profile="live", limits=quick)


def test_pages_make_one_vintage_with_every_record(
    producers: Producers, home: Home, vsrr: Dataset, quick: Limits
) -> None:
    outcome = _once(home, vsrr, quick)
    assert outcome.status == "new", outcome.lines
    (vintage,) = vintage_folders.vintages(home, vsrr)
    rows = vsrr.parse(vintage.path).frame
    assert len(rows) == 870
    nation = rows[(rows["state"] == "UNITED STATES") & (rows["period"] == "12 Month-ending")]
    december = nation[(nation["year"] == "2020") & (nation["month"] == "December")]
    deaths = december[december["indicator"] == "Number of Infant Deaths"]["value"]
    assert deaths.tolist() == [19_600]  # VSRR: infant deaths in the 12 months to December 2020
    assert vintage.origin.headers["rowsUpdatedAt"] == "1700000000"
    assert vintage.origin.published_at == "2023-11-14T22:13:20+00:00"
    assert not (home.root / ".fetching" / vsrr.dataset_id).exists()


def test_nothing_new_costs_one_small_request(
    producers: Producers, home: Home, vsrr: Dataset, quick: Limits
) -> None:
    _once(home, vsrr, quick)
    producers.forget()
    outcome = _once(home, vsrr, quick)
    assert outcome.status == "unchanged"
    assert producers.seen == [f"/api/views/{ID}.json"]
    assert outcome.requests == 1
    assert outcome.received == producers.sent_bytes < 1_000


def test_a_new_stamp_on_the_same_rows_is_fetched_once(
    producers: Producers,
    home: Home,
    vsrr: Dataset,
    quick: Limits,
    editions: list[list[dict[str, str]]],
) -> None:
    _once(home, vsrr, quick)
    producers.soda[ID] = SodaData(editions[0], updated=1_710_000_000)
    requests = []
    for _ in range(3):
        producers.forget()
        outcome = _once(home, vsrr, quick)
        assert outcome.status == "unchanged"
        requests.append(outcome.requests)
    assert requests[0] > 3
    assert requests[1:] == [1, 1]


def test_rows_that_the_producer_takes_back_are_in_use_again(
    producers: Producers,
    home: Home,
    vsrr: Dataset,
    quick: Limits,
    editions: list[list[dict[str, str]]],
) -> None:
    stamps = (1_700_000_000, 1_710_000_000, 1_720_000_000)
    moved = [
        {**r, "data_value": str(int(r["data_value"]) + 1)} if r["state"] == "MISSOURI" else r
        for r in editions[0]
    ]
    for rows, stamp in zip((editions[0], moved, editions[0]), stamps, strict=True):
        producers.soda[ID] = SodaData(rows, updated=stamp)
        assert _once(home, vsrr, quick).status in ("new", "unchanged")
    withdrawn, in_use = vintage_folders.vintages(home, vsrr)
    assert (withdrawn.origin.headers["rowsUpdatedAt"], in_use.origin.headers["rowsUpdatedAt"]) == (
        str(stamps[1]), str(stamps[0]),
    )  # fmt: skip
    # What was known before the producer took the rows back is remembered.
    assert in_use.published_at > withdrawn.published_at > in_use.origin.published_at


def test_a_rolling_window_appends_and_never_deletes(
    producers: Producers,
    home: Home,
    vsrr: Dataset,
    quick: Limits,
    editions: list[list[dict[str, str]]],
) -> None:
    _once(home, vsrr, quick)
    producers.soda[ID] = SodaData(editions[1], updated=1_710_000_000)
    outcome = _once(home, vsrr, quick)
    assert outcome.status == "new", outcome.lines
    first, second = (vsrr.parse(v.path).frame for v in vintage_folders.vintages(home, vsrr))
    assert "January" in set(first[first["year"] == "2020"]["month"])
    assert "January" not in set(second[second["year"] == "2020"]["month"])


def test_a_token_is_sent_where_there_is_one(
    producers: Producers,
    home: Home,
    vsrr: Dataset,
    quick: Limits,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("IMR_SODA_APP_TOKEN", "t0ken")
    _once(home, vsrr, quick)
    assert {h.get("X-App-Token") for h in producers.headers} == {"t0ken"}
    origin = next(iter((home.archive / "nchs").rglob("origin.json"))).read_text(encoding="utf-8")
    assert "t0ken" not in origin


def test_null_keys_are_left_out_and_columns_come_from_the_header(
    producers: Producers, home: Home, quick: Limits, repository: Path
) -> None:
    file = repository / "assets/producers/nchs/samples/files/vsrr_quarterly_jqwm-z2g9.json"
    records = json.loads(file.read_text(encoding="utf-8"))
    columns = [*records[0], "significant", "standard_error", "footnote_symbol", "footnote"]
    records[3]["significant"] = "*"
    producers.soda["jqwm-z2g9"] = SodaData(records, columns=columns)
    quarterly = dataset("nchs_vsrr_quarterly")
    outcome = refresh(home, quarterly, profile="live", limits=quick)
    assert outcome.status == "new", outcome.lines
    (vintage,) = vintage_folders.vintages(home, quarterly)
    rows = quarterly.parse(vintage.path).frame
    assert rows[rows["source_column"] == "Significant"]["raw_text"].tolist() == ["*"]
    rates = rows[(rows["source_column"] == "Rate") & (rows["indicator"] == "Infant mortality")]
    assert rates["value"].tolist()[:4] == [5.83, 5.85, 5.82, 5.79]  # VSRR, 2017 Q1 to Q4


def _page_repeated(path: str, query: dict[str, str], reply: Reply, data: SodaData) -> Reply | None:
    if query.get("$offset") == "200":
        return Reply(200, json.dumps(data.records[100:200]).encode())
    return None


def _page_missing(path: str, query: dict[str, str], reply: Reply, data: SodaData) -> Reply | None:
    if int(query.get("$offset", 0)) >= 300:
        return Reply(200, b"[]")
    return None


def _page_short(path: str, query: dict[str, str], reply: Reply, data: SodaData) -> Reply | None:
    if query.get("$offset") == "100":
        return Reply(200, json.dumps(data.records[100:150]).encode())
    return None


def _replaced(path: str, query: dict[str, str], reply: Reply, data: SodaData) -> Reply | None:
    if query.get("$offset") == "300":
        data.updated += 60
    return None


def _maintenance(path: str, query: dict[str, str], reply: Reply, data: SodaData) -> Reply | None:
    page = b"<!DOCTYPE html><html><body>We'll be back soon</body></html>"
    return Reply(200, page) if path.startswith("/resource") else None


def _no_column(path: str, query: dict[str, str], reply: Reply, data: SodaData) -> Reply | None:
    facts = {"errorCode": "query.soql.no-such-column", "error": True, "message": "No column: x"}
    return Reply(400, json.dumps(facts).encode()) if path.startswith("/resource") else None


def _stale_replica(path: str, query: dict[str, str], reply: Reply, data: SodaData) -> Reply | None:
    reply.headers["X-SODA2-Data-Out-Of-Date"] = "true"
    return None


def _emptied(path: str, query: dict[str, str], reply: Reply, data: SodaData) -> Reply | None:
    return Reply(200, b"[]") if "$offset" in query else None


def _column_gone(path: str, query: dict[str, str], reply: Reply, data: SodaData) -> Reply | None:
    if "$offset" in query:
        reply.headers["X-SODA2-Fields"] = json.dumps(data.columns[:-1])
    return None


def _busy(path: str, query: dict[str, str], reply: Reply, data: SodaData) -> Reply | None:
    return Reply(503, b"busy")


def _odd_metadata(path: str, query: dict[str, str], reply: Reply, data: SodaData) -> Reply | None:
    return Reply(200, b'{"rowsUpdatedAt": 1, "columns": [7]}') if "views" in path else None


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (_page_repeated, "same page twice"),
        (_page_missing, r"300 records.*expected the 870"),
        (_page_short, r"150 records.*expected the 870"),
        (_replaced, "was replaced while its pages were read"),
        (_maintenance, "no JSON but.*back soon"),
        (_no_column, "no-such-column.*schema drift"),
        (_stale_replica, "out of date"),
        (_emptied, "vocabulary"),
        (_column_gone, "data_value"),
        (_busy, "503.*busy"),
        (_odd_metadata, "TypeError"),
    ],
)
def test_a_fault_keeps_the_last_good_vintage(
    producers: Producers,
    home: Home,
    vsrr: Dataset,
    quick: Limits,
    editions: list[list[dict[str, str]]],
    fault: object,
    words: str,
) -> None:
    _once(home, vsrr, quick)
    before = vintage_folders.vintages(home, vsrr)
    data = producers.soda[ID] = SodaData(editions[0], updated=1_800_000_000)
    producers.faults = [lambda path, query, reply: fault(path, query, reply, data)]
    producers.forget()
    outcome = _once(home, vsrr, quick)
    assert outcome.status == FAILED
    assert re.search(words, outcome.message, re.DOTALL), outcome.message
    assert vintage_folders.vintages(home, vsrr) == before
    attempt = last_attempt(home, vsrr)
    assert attempt is not None
    assert attempt.failed
    assert attempt.message == outcome.message
    assert len(producers.seen) < 30
    producers.faults = []
    assert _once(home, vsrr, quick).status in ("new", "unchanged")
    assert not last_attempt(home, vsrr).failed


def test_schema_drift_is_never_tried_again(
    producers: Producers, home: Home, vsrr: Dataset, quick: Limits
) -> None:
    data = producers.soda[ID]
    producers.faults = [lambda path, query, reply: _no_column(path, query, reply, data)]
    _once(home, vsrr, quick)
    assert len([p for p in producers.seen if p.startswith("/resource")]) == 1


def test_a_replica_that_catches_up_is_read(
    producers: Producers, home: Home, vsrr: Dataset, quick: Limits
) -> None:
    late = [True, True]

    def lagging(path: str, query: dict[str, str], reply: Reply) -> None:
        if "$offset" in query and late:
            late.pop()
            reply.headers["X-SODA2-Data-Out-Of-Date"] = "true"

    producers.faults = [lagging]
    assert _once(home, vsrr, quick).status == "new"


def test_what_was_refused_is_not_fetched_again_by_the_same_code(
    producers: Producers,
    home: Home,
    vsrr: Dataset,
    quick: Limits,
    editions: list[list[dict[str, str]]],
) -> None:
    _once(home, vsrr, quick)
    doubled = [
        {**r, "data_value": str(int(r["data_value"]) * 2)} if r["state"] == "MISSOURI" else r
        for r in editions[1]
    ]
    producers.soda[ID] = SodaData(doubled, updated=1_710_000_000)
    # The first refusal may be an accident of the network; the second one is the producer's.
    for _ in range(2):
        assert _once(home, vsrr, quick).status == "quarantined"
    producers.forget()
    second = _once(home, vsrr, quick)
    assert second.status == "quarantined"
    assert producers.seen == [f"/api/views/{ID}.json"]
    assert last_attempt(home, vsrr).failed
    producers.soda[ID] = SodaData(editions[1], updated=1_720_000_000)
    assert _once(home, vsrr, quick).status == "new"
    assert not last_attempt(home, vsrr).failed
