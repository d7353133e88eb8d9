"""Fetching a Fingertips indicator: one answer per type of area, asked for conditionally.

The API answers the whole indicator; there is no paging. Where the server stamps its answers
(``ETag``, ``Last-Modified``), an unchanged one costs a bare 304; otherwise the same bytes again
change nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from assets.archive.container import sniff
from assets.archive.http.client import FetchError
from assets.archive.http.fetching import Fetched, Fetcher, FetchRequest, StillRefused

BASE_VARIABLE, BASE = "IMR_FINGERTIPS_URL", "https://fingertips.phe.org.uk"
ENGLAND = "15"
_CONDITIONS = {"ETag": "If-None-Match", "Last-Modified": "If-Modified-Since"}


def fingertips_fetcher(indicator: str, area_types: tuple[str, ...]) -> Fetcher:
    """Return the fetcher of one indicator.

    Args:
        indicator: Indicator id, e.g. ``92196``.
        area_types: Ids of the types of areas, e.g. ``502`` for counties and unitary authorities.
    """
    offers = partial(_fetch, indicator=indicator, area_types=area_types)
    return Fetcher(BASE_VARIABLE, BASE, offers)


def _fetch(
    request: FetchRequest, indicator: str, area_types: tuple[str, ...]
) -> Iterator[Fetched | StillRefused]:
    url = f"{request.base(BASE_VARIABLE, BASE)}/api/all_data/csv/by_indicator_id"
    with request.client() as client:
        for area_type in area_types:
            params = {
                "indicator_ids": indicator,
                "child_area_type_id": area_type,
                "parent_area_type_id": ENGLAND,
            }
            last = request.last_origin(url, params)
            known = last.headers if last is not None else {}
            headers = {ask: known[stamp] for stamp, ask in _CONDITIONS.items() if stamp in known}
            answer = client.get(url, params=params, headers=headers)
            if answer.unchanged and not headers:
                # Somebody in between answers for a copy that is not here.
                fresh = {"Cache-Control": "no-cache"}
                answer = client.get(url, params=params, headers=fresh, accept=(200,))
            if answer.unchanged:
                continue
            file = request.folder / f"fingertips_{indicator}_{area_type}.csv"
            file.write_bytes(answer.body)
            kind = sniff.content_type(file)
            if kind != sniff.TEXT:
                raise FetchError(
                    f"{url} answered {kind} for the areas {area_type}; expected CSV. A maintenance "
                    "page is often sent with status 200; the next scheduled run tries again."
                )
            yield Fetched(file, request.origin(url, headers=answer.headers, parameters=params))
