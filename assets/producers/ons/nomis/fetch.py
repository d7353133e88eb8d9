"""Fetch from Nomis: pages of 25,000 rows until ``RECORD_COUNT``, each answer checked.

Nomis truncates silently, answers errors with status 200 and sends empty bodies for wrong
dimensions; grammar and limits are described on nomisweb.co.uk/api/v01/help.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from assets.archive.http.charset import text_of
from assets.archive.http.client import Client, FetchError
from assets.archive.http.fetching import Fetched, Fetcher, FetchRequest, StillRefused

BASE_VARIABLE, BASE = "IMR_NOMIS_URL", "https://www.nomisweb.co.uk"
UID_VARIABLE = "IMR_NOMIS_UID"
PAGE_ROWS = 25_000
_MAX_PAGES = 400


def nomis_fetcher(
    nomis_id: str, query: Mapping[str, str], *, page_rows: int = PAGE_ROWS
) -> Fetcher:
    """Return the fetcher of one Nomis query.

    Args:
        nomis_id: Dataset, e.g. ``NM_205_1``.
        query: Dimensions of the query, e.g. ``{"geography": "TYPE424", "date": "latest"}``.
        page_rows: Rows per request; more than 25,000 is truncated without a key.
    """
    offers = partial(_fetch, nomis_id=nomis_id, query=dict(query), page_rows=page_rows)
    return Fetcher(BASE_VARIABLE, BASE, offers)


def _fetch(
    request: FetchRequest, nomis_id: str, query: dict[str, str], page_rows: int
) -> Iterator[Fetched | StillRefused]:
    base = f"{request.base(BASE_VARIABLE, BASE)}/api/v01/dataset/{nomis_id}"
    url = f"{base}.data.csv"
    params = {**query, "measures": "20100"}
    uid = request.secret(UID_VARIABLE)
    secret = {"uid": uid} if uid else {}
    with request.client() as client:
        updated = _last_updated(client, f"{base}.def.sdmx.json")
        stamp = {"LastUpdated": updated} if updated else {}
        if stamp and request.is_known(url, stamp, params):
            return
        refused = request.still_refused(url, stamp)
        if refused is not None:
            yield refused
            return
        body = _all_rows(client, url, {**params, **secret}, page_rows)
        again = _last_updated(client, f"{base}.def.sdmx.json")
    if again != updated:
        raise FetchError(
            f"{url} was updated while its pages were read (LastUpdated {updated} became {again}); "
            "expected one edition. Nothing was kept; the next scheduled run reads the new edition."
        )
    file = request.folder / f"{nomis_id}.csv"
    file.write_bytes(body)
    yield Fetched(file, request.origin(url, published_at=updated, headers=stamp, parameters=params))


def _last_updated(client: Client, url: str) -> str | None:
    """Return when the dataset was last updated (ISO 8601), as its definition says.

    Annotations are a list of titled texts; without the title the records themselves are fetched.
    """
    definition: Any = client.get(url, accept=(200,)).json(
        "the definition of a dataset (an unknown one is answered without)"
    )
    try:
        families = definition["structure"]["keyfamilies"]["keyfamily"]
        notes = families[0]["annotations"]["annotation"]
        found = [n["annotationtext"] for n in notes if n.get("annotationtitle") == "LastUpdated"]
    except (KeyError, TypeError, IndexError, AttributeError):
        return None
    return str(found[0]).replace(" ", "T") if found else None


def _all_rows(client: Client, url: str, params: dict[str, str], page_rows: int) -> bytes:
    header: list[str] = []
    lines: list[list[str]] = []
    expected: int | None = None
    for _ in range(_MAX_PAGES):
        paging = {"RecordOffset": str(len(lines)), "RecordLimit": str(page_rows)}
        page_header, rows = _page(client, url, {**params, **paging})
        if header and page_header != header:
            raise FetchError(f"{url} changed its columns between two pages; nothing was kept.")
        header = page_header
        count, offset = header.index("RECORD_COUNT"), header.index("RECORD_OFFSET")
        try:
            expected = _same_count(rows, count, expected, url)
            offsets = [int(row[offset]) for row in rows]
        except ValueError as error:
            raise FetchError(f"{url} sent record numbers that are no numbers: {error}.") from error
        if offsets != list(range(len(lines), len(lines) + len(rows))):
            raise FetchError(
                f"{url} sent records {offsets[:1]}…{offsets[-1:]}; expected them to go on from "
                f"{len(lines)}. A page is repeated or missing; nothing was kept."
            )
        lines += rows
        if len(lines) >= expected:
            return _written(header, lines)
    raise FetchError(f"{url} did not end after {_MAX_PAGES} pages; nothing was kept.")


def _page(client: Client, url: str, params: dict[str, str]) -> tuple[list[str], list[list[str]]]:
    answer = client.get(url, params=params, accept=(200,))
    text = text_of(answer.body, answer.headers.get("Content-Type", ""), url)
    if text.lstrip().startswith("{"):
        raise FetchError(f"{url} answered an error: {_error(text)}. Check the query's dimensions.")
    try:
        table = list(csv.reader(io.StringIO(text)))
    except csv.Error as error:
        raise FetchError(f"{url} sent text that cannot be split into cells: {error}.") from error
    if not table or len(table) == 1:
        raise FetchError(
            f"{url} answered {'no bytes' if not table else 'a header and no rows'} with status "
            "200; expected records. A dimension of the query has no such value any more."
        )
    header = [name.strip().upper() for name in table[0]]
    missing = {"RECORD_COUNT", "RECORD_OFFSET", "OBS_VALUE"} - set(header)
    if missing:
        raise FetchError(
            f"{url} answered without the columns {sorted(missing)}: {text[:80]!r}. It is not a "
            "Nomis response; a maintenance page is often sent with status 200."
        )
    ragged = next((n for n, row in enumerate(table[1:], 2) if len(row) != len(header)), None)
    if ragged is not None:
        raise FetchError(f"{url} sent line {ragged} with another number of cells; it was cut off.")
    return header, table[1:]


def _same_count(rows: list[list[str]], position: int, expected: int | None, url: str) -> int:
    counts = {int(row[position]) for row in rows} | ({expected} if expected is not None else set())
    if len(counts) != 1:
        raise FetchError(
            f"{url} announced {sorted(counts)} records; expected one number. The dataset changed "
            "between two pages; nothing was kept."
        )
    return counts.pop()


def _error(text: str) -> str:
    try:
        return str(json.loads(text).get("error", text[:200]))
    except ValueError:
        return text[:200]


def _written(header: list[str], lines: list[list[str]]) -> bytes:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(lines)
    return buffer.getvalue().encode("utf-8")
