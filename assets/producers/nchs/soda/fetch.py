"""Fetch a data.cdc.gov dataset over SODA: check for news, then read pages in a stable order.

Paging, limits and errors: dev.socrata.com/docs/paging and /docs/response-codes.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any

from assets.archive.http.client import Answer, Client, FetchError
from assets.archive.http.fetching import (
    Fetched,
    Fetcher,
    FetchRequest,
    StillRefused,
    zip_of_pages,
)

BASE_VARIABLE, BASE = "IMR_SODA_URL", "https://data.cdc.gov"
TOKEN_VARIABLE = "IMR_SODA_APP_TOKEN"  # noqa: S105
PAGE_ROWS = 10_000
_MAX_PAGES = 1_000
_STALE_TRIES = 3


def soda_fetcher(soda_id: str, *, page_rows: int = PAGE_ROWS) -> Fetcher:
    """Return the fetcher of one dataset.

    Args:
        soda_id: Four-by-four identifier, e.g. ``hmz2-vwda``.
        page_rows: Rows per request.
    """
    offers = partial(_fetch, soda_id=soda_id, page_rows=page_rows)
    return Fetcher(BASE_VARIABLE, BASE, offers)


def _fetch(request: FetchRequest, soda_id: str, page_rows: int) -> Iterator[Fetched | StillRefused]:
    base = request.base(BASE_VARIABLE, BASE)
    token = request.secret(TOKEN_VARIABLE)
    with request.client({"X-App-Token": token} if token else None) as client:
        view = _view(client, base, soda_id)
        stamp = {"rowsUpdatedAt": str(view.get("rowsUpdatedAt", ""))}
        url = f"{base}/resource/{soda_id}.json"
        if request.is_known(url, stamp):
            return
        refused = request.still_refused(url, stamp)
        if refused is not None:
            yield refused
            return
        columns = [c["fieldName"] for c in view.get("columns", [])]
        pages = _pages(client, url, columns, page_rows)
        again = _view(client, base, soda_id)
    if str(again.get("rowsUpdatedAt", "")) != stamp["rowsUpdatedAt"]:
        raise FetchError(
            f"{url} was replaced while its pages were read (rowsUpdatedAt {stamp['rowsUpdatedAt']} "
            f"became {again.get('rowsUpdatedAt')}); expected one edition. Nothing was kept; the "
            "next scheduled run reads the new edition."
        )
    file = request.folder / f"{soda_id}.zip"
    file.write_bytes(zip_of_pages((f"page-{n:05}.json", p) for n, p in enumerate(pages, 1)))
    yield Fetched(file, request.origin(url, published_at=_published(view), headers=stamp))


def _view(client: Client, base: str, soda_id: str) -> dict[str, Any]:
    url = f"{base}/api/views/{soda_id}.json"
    view = client.get(url, accept=(200,)).json("the metadata of a dataset")
    if not isinstance(view, dict) or "rowsUpdatedAt" not in view:
        raise FetchError(
            f"{url} answered without rowsUpdatedAt; expected the metadata of a dataset. Look at "
            "the address by hand."
        )
    return view


def _pages(client: Client, url: str, columns: list[str], page_rows: int) -> list[bytes]:
    pages: list[bytes] = []
    seen: set[bytes] = set()
    expected, read = _count(client, url), 0
    for number in range(_MAX_PAGES):
        params = {"$limit": str(page_rows), "$offset": str(number * page_rows), "$order": ":id"}
        answer = _fresh(client, url, params)
        _columns_agree(answer, url, columns)
        rows = answer.json("records")
        if not isinstance(rows, list):
            raise FetchError(f"{url} answered an object; expected an array of records.")
        if not rows:
            break
        if answer.body in seen:
            raise FetchError(
                f"{url} sent the same page twice (offset {params['$offset']}); expected another. "
                "The server ignores paging; nothing was kept."
            )
        seen.add(answer.body)
        pages.append(answer.body)
        read += len(rows)
        if len(rows) < page_rows:
            break
    if not pages:
        raise FetchError(
            f"{url} answered no records; expected the whole dataset. The vocabulary of the dataset "
            "has drifted or it was emptied: look at its page."
        )
    if read != expected:
        raise FetchError(
            f"{url} sent {read:,} records in {len(pages)} pages; expected the {expected:,} that it "
            "counts itself. A page is missing or repeated, or the dataset is being replaced; "
            "nothing was kept, the next scheduled run tries again."
        )
    return pages


def _count(client: Client, url: str) -> int:
    """Return the number of records; pages say neither how many there are nor which one is last."""
    counted = _fresh(client, url, {"$select": "count(*) AS records"}).json("a count of records")
    try:
        return int(counted[0]["records"])  # type: ignore[index]
    except (TypeError, LookupError, ValueError) as error:
        raise FetchError(
            f"{url} answered {str(counted)[:80]!r} to a count; expected one number of records."
        ) from error


def _fresh(client: Client, url: str, params: Mapping[str, str]) -> Answer:
    for attempt in range(_STALE_TRIES):
        if attempt:
            time.sleep(client.limits.backoff_seconds * 2**attempt)
        answer = client.get(url, params=params, accept=(200, 400))
        if answer.status == 400:
            raise FetchError(_schema_drift(url, answer))
        if answer.headers.get("X-SODA2-Data-Out-Of-Date") != "true":
            return answer
    raise FetchError(
        f"{url} is answered by a replica that says it is out of date; expected current rows. The "
        "next scheduled run tries again."
    )


def _schema_drift(url: str, answer: Answer) -> str:
    try:
        facts = json.loads(answer.body)
    except ValueError:
        facts = {}
    if not isinstance(facts, dict):
        facts = {}
    code = facts.get("code") or facts.get("errorCode") or "400"
    return (
        f"{url} answered {code}: {facts.get('message', 'no message')}. That is schema drift, not "
        "a passing failure: compare the dataset's columns with its layout."
    )


def _columns_agree(answer: Answer, url: str, columns: list[str]) -> None:
    listed = answer.headers.get("X-SODA2-Fields")
    if listed is None or not columns:
        return
    try:
        sent = set(json.loads(listed))
    except (TypeError, ValueError) as error:
        raise FetchError(
            f"{url} answered the header X-SODA2-Fields {listed[:80]!r}; expected a JSON array."
        ) from error
    missing = sorted(set(columns) - sent)
    if missing:
        raise FetchError(
            f"{url} sends the columns {sorted(sent)}; expected also {missing}, which its metadata "
            "names. The dataset is being changed; the next scheduled run tries again."
        )


def _published(view: Mapping[str, object]) -> str | None:
    updated = view.get("rowsUpdatedAt")
    if not isinstance(updated, int | str):
        return None
    try:
        return datetime.fromtimestamp(int(updated), UTC).isoformat(timespec="seconds")
    except (OverflowError, OSError, ValueError):
        return None
