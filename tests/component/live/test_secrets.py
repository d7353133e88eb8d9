"""Keys reach the producer and nobody else; bytes and answers that cannot be trusted are named."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from urllib.parse import quote

import pytest
from click.testing import CliRunner

from assets.archive import vintage_folders
from assets.archive.dataset import Dataset
from assets.archive.http.client import Limits
from assets.archive.refresh import FAILED, refresh
from assets.producers.catalogue import DATASETS, dataset
from assets.producers.ons.nomis.fetch import nomis_fetcher
from assets.state.home import Home
from assets.text.secret import redacted
from pipelines.alerts import RUN_FAILED, Trouble, raise_alerts, source_troubles
from pipelines.commands.ingest import ingest
from pipelines.reports import write_report
from tests.component.live.producers import NomisData, Producers, Reply, nomis_from_answer

UID = "0x1f/ab+cd=="
ID = "NM_205_1"


@pytest.fixture
def data(producers: Producers, repository: Path) -> NomisData:
    saved = nomis_from_answer(
        repository / "assets/producers/ons/samples/files/nomis_live_births_2023.csv"
    )
    producers.nomis[ID] = saved
    return saved


@pytest.fixture
def births(data: NomisData, monkeypatch: pytest.MonkeyPatch) -> Dataset:
    monkeypatch.setenv("IMR_NOMIS_UID", UID)
    query = {"geography": "TYPE424", "date": "latest"}
    return replace(dataset("nomis_live_births"), fetch=nomis_fetcher(ID, query, page_rows=100))


def _written(home: Home) -> str:
    """Return every text below a home, with names."""
    files = [f for f in sorted(home.root.rglob("*")) if f.is_file()]
    return "\n".join(f"{f}\n{f.read_bytes().decode('utf-8', 'replace')}" for f in files)


def _nothing_told(text: str) -> None:
    for spelt in (UID, quote(UID, safe=""), quote(UID), UID[:8], "hunter2", "T0/B1/xyz"):
        assert spelt not in text


def test_a_key_is_sent_and_not_kept(
    producers: Producers, home: Home, births: Dataset, quick: Limits
) -> None:
    outcome = refresh(home, births, profile="live", limits=quick)
    assert outcome.status == "new", outcome.lines
    assert any(quote(UID, safe="") in path for path in producers.seen)
    _nothing_told(_written(home) + repr(outcome))


@pytest.mark.parametrize(
    "reply",
    [
        Reply(403, f"user {UID} is unknown".encode()),
        Reply(403, f"<a href='/login?next=%2Fx%3Fuid%3D{quote(UID, safe='')}'>".encode()),
        Reply(500, f"error at /api?uid={quote(UID, safe='')}&x=1".encode()),
        Reply(200, f"<html>maintenance for {UID}</html>".encode()),
        Reply(200, json.dumps({"error": f"key {UID} is over its limit"}).encode()),
        Reply(302, b"", {"Location": f"http://elsewhere.invalid/?uid={quote(UID, safe='')}"}),
        Reply(302, b"", {"Location": f"https://user:hunter2@elsewhere.invalid/{UID}"}),
        Reply(302, b"", {"Location": f"/loop?uid={quote(UID, safe='')}"}),
    ],
    ids=["text", "page", "500", "html", "json", "elsewhere", "password", "loop"],
)
def test_redirects_and_error_pages_give_no_key_away(
    producers: Producers,
    home: Home,
    births: Dataset,
    quick: Limits,
    reply: Reply,
    caplog: pytest.LogCaptureFixture,
) -> None:
    producers.faults = [
        lambda path, query, _: reply if ".data.csv" in path or "/loop" in path else None
    ]
    with caplog.at_level("DEBUG", logger="imr"):
        outcome = refresh(home, births, profile="live", limits=quick)
    assert outcome.status == FAILED
    troubles = source_troubles(home, DATASETS, today=date(2026, 1, 1), live=True)
    told = raise_alerts(home, "1", [*troubles, Trouble(RUN_FAILED, "x", f"GET ?uid={UID} failed")])
    write_report(home, "1", {"reason": f"see https://user:hunter2@host/x?uid={UID}"})
    _nothing_told("\n".join([_written(home), repr(outcome), *told, caplog.text]))


def test_a_base_address_with_a_password_is_used_and_not_kept(
    producers: Producers,
    home: Home,
    births: Dataset,
    quick: Limits,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    address = producers.environment["IMR_NOMIS_URL"].replace("://", "://mirror:hunter2@")
    monkeypatch.setenv("IMR_NOMIS_URL", address)
    assert refresh(home, births, profile="live", limits=quick).status == "new"
    (vintage,) = vintage_folders.vintages(home, births)
    assert "://***@" in vintage.origin.url
    _nothing_told(_written(home))
    producers.forget()
    assert refresh(home, births, profile="live", limits=quick).status == "unchanged"
    assert producers.seen == [f"/api/v01/dataset/{ID}.def.sdmx.json"]


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("http://u:hunter2@h/x", "http://***@h/x"),
        ("s3://k:hunter2@bucket/x", "s3://***@bucket/x"),
        ("https://h/x?X-Amz-Signature=ab&X-Amz-Date=2&a=1",
         "https://h/x?X-Amz-Signature=***&X-Amz-Date=2&a=1"),
        ("https://h/x?sv=1&sig=a%2Fb", "https://h/x?sv=1&sig=***"),
        ("https://h/x?$$app_token=abc#y", "https://h/x?$$app_token=***#y"),
        ("post to https://hooks.invalid/T0/B1/xyz failed", "post to *** failed"),
        ("area=E1&keyword=x; row_key=area", "area=E1&keyword=x; row_key=area"),
        ("write to a@b.org, see https://h/p@q?page=2", "write to a@b.org, see https://h/p@q?page=2"),
    ],
)  # fmt: skip
def test_what_is_struck_out(text: str, clean: str) -> None:
    assert redacted(text, {"IMR_ALERT_WEBHOOK": "https://hooks.invalid/T0/B1/xyz"}) == clean


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "file:///etc/passwd", "ftp://h/x", "data:text/html,x", "h/x", "",
     "http://", "https://h/a b", "https://h/\x1b[31m", "https://h/<script>", "http://[::1"],
)  # fmt: skip
def test_an_extract_comes_from_the_web(home: Home, repository: Path, url: str) -> None:
    file = repository / "assets/producers/nchs/samples/files/wonder_linked_us_2007-2023.txt"
    result = CliRunner().invoke(ingest, [str(file), "--url", url], env={"IMR_HOME": str(home.root)})
    assert result.exit_code == 2
    assert "expected a web address" in result.stderr
    assert result.stderr.replace("\n", "").isprintable()


def test_an_address_with_a_key_is_kept_without_it(home: Home, repository: Path) -> None:
    file = repository / "assets/producers/nchs/samples/files/wonder_linked_us_2007-2023.txt"
    url = "https://user:hunter2@host.invalid/x?X-Amz-Signature=abc&page=1"
    result = CliRunner().invoke(ingest, [str(file), "--url", url], env={"IMR_HOME": str(home.root)})
    assert result.exit_code == 0, result.output
    (vintage,) = vintage_folders.vintages(home, dataset("nchs_wonder_linked"))
    assert vintage.origin.url == "https://***@host.invalid/x?X-Amz-Signature=***&page=1"


@pytest.mark.parametrize(
    ("charset", "body", "fine"),
    [
        ("text/csv", "latin-1", False),
        ("text/csv; charset=utf-8", "latin-1", False),
        ("text/csv; charset=ISO-8859-1", "latin-1", True),
        ('text/csv; charset="windows-1252"', "cp1252", True),
        ("text/csv; charset=utf-16", "utf-16", True),
        ("text/csv; charset=klingon", "utf-8", False),
        ("text/csv; charset=utf-8", "utf-8-sig", True),
    ],
)
def test_text_is_read_as_declared_or_refused(
    producers: Producers,
    home: Home,
    births: Dataset,
    data: NomisData,
    quick: Limits,
    charset: str,
    body: str,
    fine: bool,
) -> None:
    place = data.header.index("GEOGRAPHY_NAME")
    name = "Ynys Môn £"
    data.rows[0][place] = name

    def sent(path: str, query: object, reply: Reply) -> Reply | None:
        if ".data.csv" not in path:
            return None
        text = reply.body.decode()
        return Reply(200, text.encode(body), {**reply.headers, "Content-Type": charset})

    producers.faults = [sent]
    outcome = refresh(home, births, profile="live", limits=quick)
    if not fine:
        assert outcome.status == FAILED
        assert "sent text that is not" in outcome.message
        assert vintage_folders.vintages(home, births) == []
    else:
        assert outcome.status == "new", outcome.lines
        (vintage,) = vintage_folders.vintages(home, births)
        assert name in vintage.path.read_text(encoding="utf-8")


def test_a_304_without_a_vintage_is_asked_again(
    producers: Producers, home: Home, repository: Path, quick: Limits
) -> None:
    file = repository / "assets/producers/ohid/samples/files/fingertips_92196.csv"
    producers.fingertips = dict.fromkeys(("501", "502"), file.read_bytes())
    asked: list[str] = []

    def cached(path: str, query: object, reply: Reply) -> Reply | None:
        asked.append(path)
        return Reply(304, b"") if len(asked) % 2 else None

    producers.faults = [cached]
    outcome = refresh(home, dataset("fingertips_infant_mortality"), profile="live", limits=quick)
    assert outcome.status == "new", outcome.lines
    assert len(asked) == 4


def test_a_304_that_stays_is_a_failure(
    producers: Producers, home: Home, repository: Path, quick: Limits
) -> None:
    file = repository / "assets/producers/ohid/samples/files/fingertips_92196.csv"
    producers.fingertips = dict.fromkeys(("501", "502"), file.read_bytes())
    producers.faults = [lambda path, query, _: Reply(304, b"")]
    outcome = refresh(home, dataset("fingertips_infant_mortality"), profile="live", limits=quick)
    assert outcome.status == FAILED
    assert "answered 304" in outcome.message
