"""What the producer offers again after it was refused twice: asked for, or left where it is."""

from __future__ import annotations

import io
import zipfile
from urllib.parse import urlsplit

import pytest

from assets.archive.http.client import Limits
from assets.archive.refresh import refresh
from assets.producers.catalogue import dataset
from assets.state.home import Home
from tests.component.live.producers import Edition, Producers


def _workbook_with_macros() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("xl/workbook.xml", b"<workbook/>")
        archive.writestr("xl/vbaProject.bin", b"program")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("body", "rule", "fetched_again"),
    [
        (_workbook_with_macros(), "INTAKE-CONTAINER", False),
        (b"<!doctype html>sorry", "INTAKE-TYPE", True),
    ],
    ids=["workbook with macros", "error page"],
)
def test_the_same_bytes_refused_twice(
    producers: Producers, home: Home, quick: Limits, body: bytes, rule: str, fetched_again: bool
) -> None:
    registrations = dataset("ons_birth_registrations")
    page = urlsplit(registrations.url).path
    producers.ons[page] = [Edition(f"{page}/2030", {"2030birthregistrations.xlsx": body})]
    for _ in range(2):
        outcome = refresh(home, registrations, profile="live", limits=quick)
        assert outcome.status == "quarantined"
        assert rule in outcome.message
    producers.forget()
    outcome = refresh(home, registrations, profile="live", limits=quick)
    assert outcome.status == "quarantined"
    assert rule in outcome.message
    assert any(path.startswith("/file") for path in producers.seen) == fetched_again
    producers.ons[page][0].versions = 1
    producers.forget()
    refresh(home, registrations, profile="live", limits=quick)
    assert any(path.startswith("/file") for path in producers.seen)
