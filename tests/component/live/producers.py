"""Loopback servers that speak the wire formats of data.cdc.gov, Nomis and the ONS site."""

from __future__ import annotations

import csv
import io
import json
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from tests.loopback import ANY_PORT, Loopback, QuietHandler

NOMIS_ROWS_WITHOUT_KEY = 25_000


@dataclass
class Reply:
    """An answer before it is sent; faults change it."""

    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class SodaData:
    """A data.cdc.gov dataset."""

    records: list[dict[str, str]]
    updated: int = 1_700_000_000
    columns: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.columns = self.columns or list(dict.fromkeys(k for r in self.records for k in r))


@dataclass
class NomisData:
    """A Nomis dataset: the whole answer as a table without RECORD_OFFSET and RECORD_COUNT."""

    header: list[str]
    rows: list[list[str]]
    updated: str | None = "2024-10-01 09:30:00"
    most_rows: int = NOMIS_ROWS_WITHOUT_KEY


@dataclass
class Edition:
    """An edition of an ONS publication."""

    uri: str
    files: dict[str, bytes]
    released: str = "2024-05-30T23:00:00.000Z"
    versions: int = 0


Fault = Callable[[str, dict[str, str], Reply], Reply | None]
"""Changes an answer; ``None`` lets it pass, an exception drops the connection."""


class Producers(Loopback):
    """One server for all three producers; every request is remembered."""

    def __init__(self) -> None:
        self.soda: dict[str, SodaData] = {}
        self.nomis: dict[str, NomisData] = {}
        self.ons: dict[str, list[Edition]] = {}
        self.fingertips: dict[str, bytes] = {}
        self.faults: list[Fault] = []
        self.seen: list[str] = []
        self.headers: list[dict[str, str]] = []
        self.sent_bytes = 0
        outer = self

        class Handler(QuietHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:  # noqa: N802
                outer._answer(self)

        super().__init__(ThreadingHTTPServer(ANY_PORT, Handler))

    @property
    def environment(self) -> dict[str, str]:
        """Base addresses that point here."""
        return dict.fromkeys(
            ("IMR_SODA_URL", "IMR_NOMIS_URL", "IMR_ONS_URL", "IMR_FINGERTIPS_URL"), self.url
        )

    def forget(self) -> None:
        """Start counting anew."""
        self.seen.clear()
        self.headers.clear()
        self.sent_bytes = 0

    def _answer(self, handler: BaseHTTPRequestHandler) -> None:
        parts = urlsplit(handler.path)
        query = {k: v[-1] for k, v in parse_qs(parts.query).items()}
        self.seen.append(handler.path)
        self.headers.append(dict(handler.headers))
        reply = self._reply(parts.path, query)
        if reply.headers.get("ETag") and handler.headers["If-None-Match"] == reply.headers["ETag"]:
            reply = Reply(304, b"")
        for fault in self.faults:
            reply = fault(handler.path, query, reply) or reply
        handler.send_response(reply.status)
        for name, value in {"Content-Length": str(len(reply.body)), **reply.headers}.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(reply.body)
        # A length of its own is a lie: whoever waits for the rest learns that none comes.
        handler.close_connection = "Content-Length" in reply.headers
        self.sent_bytes += len(reply.body)

    def _reply(self, path: str, query: dict[str, str]) -> Reply:
        if path.startswith(("/api/views/", "/resource/")):
            return self._soda(path, query)
        if path.startswith("/api/v01/dataset/"):
            return self._nomis(path.rsplit("/", 1)[1], query)
        if path == "/api/all_data/csv/by_indicator_id":
            body = self.fingertips.get(query["child_area_type_id"], b"")
            return Reply(200, body, {"ETag": f'"{zlib.crc32(body)}"', "Content-Type": "text/csv"})
        return self._ons(path, query)

    def _soda(self, path: str, query: dict[str, str]) -> Reply:
        soda_id = path.rsplit("/", 1)[1].removesuffix(".json")
        data = self.soda.get(soda_id)
        if data is None:
            return _json({"code": "dataset.missing", "error": True, "message": "Not found"}, 404)
        if path.startswith("/api/views/"):
            columns = [{"fieldName": c, "dataTypeName": "text"} for c in data.columns]
            return _json({"id": soda_id, "rowsUpdatedAt": data.updated, "columns": columns})
        if "count(*)" in query.get("$select", ""):
            return _json([{"records": str(len(data.records))}])
        assert query["$order"] == ":id", "paging needs a stable order"
        start, size = int(query["$offset"]), int(query["$limit"])
        reply = _json(data.records[start : start + size])
        reply.headers = {
            "X-SODA2-Fields": json.dumps(data.columns),
            "X-SODA2-Types": json.dumps(["text"] * len(data.columns)),
        }
        return reply

    def _nomis(self, name: str, query: dict[str, str]) -> Reply:
        nomis_id = name.split(".", 1)[0]
        data = self.nomis.get(nomis_id)
        if data is None:
            return Reply(200, b"unknown dataset")
        if name.endswith(".def.sdmx.json"):
            notes = [{"annotationtitle": "Status", "annotationtext": "Current"}]
            if data.updated:
                notes.append({"annotationtitle": "LastUpdated", "annotationtext": data.updated})
            family = {"id": nomis_id, "annotations": {"annotation": notes}}
            return _json({"structure": {"keyfamilies": {"keyfamily": [family]}}})
        start = int(query["RecordOffset"])
        size = min(int(query["RecordLimit"]), data.most_rows)
        buffer = io.StringIO()
        writer = csv.writer(buffer, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
        writer.writerow([*data.header, "RECORD_OFFSET", "RECORD_COUNT"])
        for offset, row in enumerate(data.rows[start : start + size], start):
            writer.writerow([*row, str(offset), str(len(data.rows))])
        return Reply(200, buffer.getvalue().encode(), {"Content-Type": "text/csv"})

    def _ons(self, path: str, query: dict[str, str]) -> Reply:
        if path == "/file":
            uri, name = unquote(query["uri"]).rsplit("/", 1)
            for editions in self.ons.values():
                for edition in editions:
                    if edition.uri == uri and name in edition.files:
                        return Reply(200, edition.files[name])
            return Reply(404, b"<html>not found</html>")
        page = path.removesuffix("/data")
        if page in self.ons:
            uris = [{"uri": e.uri} for e in self.ons[page]]
            return _json({"type": "dataset_landing_page", "datasets": uris})
        for edition in (e for editions in self.ons.values() for e in editions):
            if edition.uri == page:
                return _json(
                    {
                        "type": "dataset",
                        "description": {"releaseDate": edition.released},
                        "downloads": [{"file": name} for name in edition.files],
                        "versions": [
                            {"uri": f"{page}/previous/v{n}"} for n in range(edition.versions)
                        ],
                    }
                )
        return Reply(404, b"<html>not found</html>")


def _json(value: Any, status: int = 200) -> Reply:
    return Reply(status, json.dumps(value).encode(), {"Content-Type": "application/json"})


def nomis_from_answer(file: Path) -> NomisData:
    """Return a saved answer as a dataset to serve."""
    with file.open(encoding="utf-8", newline="") as handle:
        header, *rows = list(csv.reader(handle))
    assert header[-2:] == ["RECORD_OFFSET", "RECORD_COUNT"]
    return NomisData(header[:-2], [row[:-2] for row in rows])
