"""Fetching workbooks from the ONS site: the page's JSON names the editions and their files.

Any page answers JSON under ``/data``; file names carry words such as "correction" and cannot be
built from a template. Limits of the site: 120 requests in 10 seconds, 429 with ``Retry-After``.
A check that finds nothing new costs three small requests: the list of editions, the newest one, and
one older one that is held; these take turns, night by night, so that a correction is found within
as many nights as there are editions.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import PurePosixPath
from urllib.parse import quote
from zoneinfo import ZoneInfo

from assets.archive.http.client import Client, FetchError
from assets.archive.http.fetching import Advice, Fetched, Fetcher, FetchRequest, Offer

BASE_VARIABLE, BASE = "IMR_ONS_URL", "https://www.ons.gov.uk"
EDITION = "edition"
_LONDON = ZoneInfo("Europe/London")


class _NotThereError(FetchError):
    """A page answers 404."""


@dataclass(frozen=True)
class _Edition:
    uri: str
    files: tuple[str, ...]
    released: str | None
    stamp: dict[str, str]


def ons_fetcher(
    dataset_path: str,
    *,
    since: int | None = None,
    wanted: Callable[[str], bool] = lambda name: name.lower().endswith((".xls", ".xlsx")),
) -> Fetcher:
    """Return the fetcher of one publication.

    Args:
        dataset_path: Path of the publication on the site, without the host.
        since: First data year of the editions to take in beside the newest one; none without it.
        wanted: Says of a file name whether it is the workbook.
    """
    path = "/" + dataset_path.strip("/")
    offers = partial(_fetch, dataset_path=path, since=since, wanted=wanted)
    return Fetcher(BASE_VARIABLE, BASE, offers)


def _fetch(
    request: FetchRequest,
    dataset_path: str,
    since: int | None,
    wanted: Callable[[str], bool],
) -> Iterator[Offer]:
    base = request.base(BASE_VARIABLE, BASE)
    newest: _Edition | None = None
    problem: FetchError | None = None
    with request.client() as client:
        listed = _listed(client, base, dataset_path)
        while newest is None and problem is None:
            try:
                newest = _edition(client, base, listed[0], wanted)
            except _NotThereError as error:
                if len(listed) == 1:
                    raise
                # The newest edition can answer 404 for a while after its release.
                yield Advice(f"{error} The edition before is looked at instead.")
                listed = listed[1:]
            except FetchError as error:
                problem = error
        # Oldest first: a later edition is compared with what came before it.
        for uri in reversed(_older(request, listed[1:], since)):
            try:
                edition = _edition(client, base, uri, wanted)
                yield from _files(request, client, base, edition)
            except _NotThereError as error:
                yield Advice(str(error))
            except FetchError as error:
                problem = problem or error
        if newest is not None:
            yield from _files(request, client, base, newest)
    if problem is not None:
        raise problem


def _older(request: FetchRequest, listed: list[str], since: int | None) -> list[str]:
    """Return the older editions to look at: all that are missing, and one of those held."""
    held = {s.headers.get(EDITION) for v in request.known for s in v.statements}
    known = [uri for uri in listed if uri in held]
    turn = known[request.night % len(known)] if known else None

    def is_wanted(uri: str) -> bool:
        year = _year(uri)
        return since is not None and year is not None and year >= since and uri not in held

    return [uri for uri in listed if uri == turn or is_wanted(uri)]


def _files(request: FetchRequest, client: Client, base: str, edition: _Edition) -> Iterator[Offer]:
    for name in edition.files:
        url = f"{base}/file?uri={quote(f'{edition.uri}/{name}')}"
        if request.is_known(url, edition.stamp):
            continue
        refused = request.still_refused(url, edition.stamp)
        if refused is not None:
            yield refused
            continue
        answer = client.get(url, accept=(200,))
        file = request.folder / PurePosixPath(name.replace("\\", "/")).name
        file.write_bytes(answer.body)
        origin = request.origin(
            url, published_at=edition.released, headers={**answer.headers, **edition.stamp}
        )
        yield Fetched(file, origin)


def _listed(client: Client, base: str, dataset_path: str) -> list[str]:
    landing = _page(client, f"{base}{dataset_path}/data")
    # Usually the newest comes first. What names no year is the current edition.
    uris = sorted(
        (str(d.get("uri", "")) for d in _list(landing, "datasets")),
        key=lambda uri: -(_year(uri) or 9999),
    )
    if not uris:
        raise FetchError(
            f"{base}{dataset_path} lists no editions; expected at least one. The publication may "
            "have been renamed: look for it on the site."
        )
    return uris


def _edition(client: Client, base: str, uri: str, wanted: Callable[[str], bool]) -> _Edition:
    page = _page(client, f"{base}{uri}/data", listed=True)
    names = [str(d.get("file", "")) for d in _list(page, "downloads")]
    files = tuple(n for n in names if wanted(n))
    if not files:
        raise FetchError(
            f"{base}{uri} offers {names}; expected a workbook. The publication changed its "
            "form: look at its page."
        )
    released = str(_dict(page, "description").get("releaseDate") or "")
    versions = _list(page, "versions")
    stamp = {EDITION: uri, "releaseDate": released, "versions": str(len(versions))}
    return _Edition(uri, files, _day_in_london(released), stamp)


def _day_in_london(released: str) -> str | None:
    """Return the day of release: midnight of British summer time is stored as 23:00 UTC before."""
    try:
        return datetime.fromisoformat(released).astimezone(_LONDON).date().isoformat()
    except ValueError:
        return None


def _year(uri: str) -> int | None:
    years = re.findall(r"(?:19|20)\d{2}", PurePosixPath(uri).name)
    return int(years[-1]) if years else None


def _page(client: Client, url: str, *, listed: bool = False) -> dict[str, object]:
    answer = client.get(url, accept=(200, 404) if listed else (200,))
    if answer.status == 404:
        raise _NotThereError(
            f"{url} answered 404; expected the edition that the publication's page lists. The "
            "next scheduled run tries again; if it stays so, look at the page."
        )
    page = answer.json("the description of a page")
    if not isinstance(page, dict):
        raise FetchError(f"{url} answered a list; expected the description of a page.")
    return page


def _list(page: dict[str, object], key: str) -> list[dict[str, object]]:
    found = page.get(key)
    return [x for x in found if isinstance(x, dict)] if isinstance(found, list) else []


def _dict(page: dict[str, object], key: str) -> dict[str, object]:
    found = page.get(key)
    return found if isinstance(found, dict) else {}
