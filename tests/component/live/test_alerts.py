"""Alerts: each trouble is told once, through the webhook and in the report of the run."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from http.server import ThreadingHTTPServer

import pytest

from assets.archive.refresh import refresh
from assets.archive.sources import record_attempt
from assets.producers.catalogue import dataset
from assets.state.home import Home
from pipelines.alerts import (
    LATE,
    NOT_IN_USE,
    RUN_FAILED,
    WEBHOOK_VARIABLE,
    Trouble,
    raise_alerts,
    run_troubles,
    source_troubles,
)
from tests.loopback import ANY_PORT, Loopback, QuietHandler


class Webhook(Loopback):
    def __init__(self) -> None:
        self.messages: list[dict[str, object]] = []
        self.status = 200
        outer = self

        class Handler(QuietHandler):
            def do_POST(self) -> None:  # noqa: N802
                length = int(self.headers["Content-Length"])
                outer.messages.append(json.loads(self.rfile.read(length)))
                self.send_response(outer.status)
                self.end_headers()

        super().__init__(ThreadingHTTPServer(ANY_PORT, Handler))
        self.environment = {WEBHOOK_VARIABLE: f"{self.url}/x"}


@pytest.fixture
def webhook() -> Iterator[Webhook]:
    running = Webhook()
    yield running
    running.close()


REFUSED = Trouble(NOT_IN_USE, "nchs_vsrr_counts", "[ACCEPT-ROWS-LOST] saw 3 rows")
FAILED = Trouble(RUN_FAILED, "core__areas", "boom")


def test_one_message_per_run_and_none_for_what_is_known(home: Home, webhook: Webhook) -> None:
    first = raise_alerts(home, "r1", [REFUSED, FAILED], webhook.environment)
    again = raise_alerts(home, "r2", [REFUSED, FAILED], webhook.environment)
    assert len(webhook.messages) == 1
    assert [t["subject"] for t in webhook.messages[0]["troubles"]] == [  # type: ignore[union-attr]
        "nchs_vsrr_counts",
        "core__areas",
    ]
    assert len(first) == 2
    assert again == []
    report = json.loads((home.reports / "run-r1.json").read_text(encoding="utf-8"))
    assert report["alerts"] == first


def test_the_report_of_the_run_keeps_its_other_facts(home: Home, webhook: Webhook) -> None:
    report = home.reports / "run-r1.json"
    report.write_text('{"exit_code": 3}', encoding="utf-8")
    raise_alerts(home, "r1", [REFUSED], webhook.environment)
    facts = json.loads(report.read_text(encoding="utf-8"))
    assert facts["exit_code"] == 3
    assert "nchs_vsrr_counts" in facts["alerts"][0]


def test_other_counts_in_the_message_are_the_same_trouble(home: Home, webhook: Webhook) -> None:
    raise_alerts(home, "r1", [Trouble(RUN_FAILED, "a", "12 rows in 0123abcd")], webhook.environment)
    raise_alerts(home, "r2", [Trouble(RUN_FAILED, "a", "13 rows in 9876fedc")], webhook.environment)
    assert len(webhook.messages) == 1
    raise_alerts(home, "r3", [Trouble(RUN_FAILED, "a", "disk full")], webhook.environment)
    assert len(webhook.messages) == 2


def test_a_trouble_that_comes_back_is_told_again(home: Home, webhook: Webhook) -> None:
    for run, troubles in enumerate(([REFUSED], [], [REFUSED])):
        raise_alerts(home, f"r{run}", troubles, webhook.environment)
    assert len(webhook.messages) == 2


def test_what_could_not_be_sent_is_sent_by_the_next_run(home: Home, webhook: Webhook) -> None:
    webhook.status = 500
    lines = raise_alerts(home, "r1", [REFUSED], webhook.environment)
    assert lines[-1] == f"ALERT could not be sent: {WEBHOOK_VARIABLE} answered 500"
    webhook.status = 200
    raise_alerts(home, "r2", [REFUSED], webhook.environment)
    assert len(webhook.messages) == 2


def test_an_unreachable_webhook_fails_nothing_and_leaks_nothing(home: Home) -> None:
    lines = raise_alerts(
        home, "r1", [REFUSED], {WEBHOOK_VARIABLE: "http://127.0.0.1:9/token-s3cret"}
    )
    assert "could not be sent" in lines[-1]
    assert "s3cret" not in "".join(lines)


def test_without_a_webhook_the_line_is_in_the_report(home: Home) -> None:
    assert raise_alerts(home, "r1", [REFUSED], {}) == [f"ALERT {REFUSED.line}"]
    assert raise_alerts(home, "r2", [REFUSED], {}) == []


def test_a_refused_extract_and_a_late_source_are_troubles(home: Home) -> None:
    rates, births = dataset("nchs_vsrr_quarterly"), dataset("nchs_births_1909")
    for entry in (rates, births):
        refresh(home, entry, profile="sample")
    record_attempt(home, births, "failed", "503")
    found = source_troubles(home, (rates, births), today=date(2026, 1, 1), live=True)
    # The sample of the quarterly rates was retrieved in May 2020; August 2020 has long passed.
    assert [(t.kind, t.subject) for t in found] == [
        (LATE, "nchs_vsrr_quarterly"),
        (NOT_IN_USE, "nchs_births_1909"),
    ]
    assert "2020-08" in found[0].message
    quiet = source_troubles(home, (rates,), today=date(2026, 1, 1), live=False)
    assert quiet == []


def test_failed_steps_and_blocking_checks_are_troubles() -> None:
    found = run_troubles([("core__areas", "boom")], [("core.observations contract", "R-1")])
    assert [t.line for t in found] == [
        "run failed: core__areas: boom",
        "check failed: core.observations contract: R-1",
    ]
